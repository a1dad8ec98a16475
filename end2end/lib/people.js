// Staff of the companies in the sandbox, and the accounts they create.

export const DANA = { company: 'acme', id: '48213', companyName: 'Acme Residential Management', properties: 12 };
/** Has the same user ID as Dana, at another company. */
export const TOM = { company: 'beech', id: '48213', companyName: 'Beech & Rowan Property Group', properties: 1 };
export const SAM = { company: 'beech', id: '3', companyName: 'Beech & Rowan Property Group', properties: 0 };
/** Works at the company whose names contain markup and control characters. */
export const EVE = { company: 'mallory', id: 'e0e0e0e0e0' };

/** Sees 800 properties, the first of which has 20,000 residents. */
export const INES = { company: 'granite', id: '90210001', companyName: 'Granite Residential', properties: 800 };

/** The staff that the crash test launches as. */
export const ALL_STAFF = [
  ...['48213', '7f3a09c1be', '51877'].map((id) => ({ company: 'acme', id })),
  ...['48213', '00d41e77a2', '3'].map((id) => ({ company: 'beech', id })),
  ...['1234567890', '17402001'].map((id) => ({ company: 'cedar-test-17402', id })),
  ...['e0e0e0e0e0', '666'].map((id) => ({ company: 'mallory', id })),
];

export const account = { name: 'Dana Whitlock', email: 'dana@example.com', password: 'a few plain words' };
export const otherAccount = { name: 'Marcus Oyelaran', email: 'marcus@example.com', password: 'some other words' };
