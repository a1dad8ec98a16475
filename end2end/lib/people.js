// Who sits at the sandbox's back office, and the accounts they make.

export const DANA = { company: 'acme', id: '48213', companyName: 'Acme Residential Management', properties: 12 };
/** Has the same number as Dana, at another company. */
export const TOM = { company: 'beech', id: '48213', companyName: 'Beech & Rowan Property Group', properties: 1 };
export const SAM = { company: 'beech', id: '3', companyName: 'Beech & Rowan Property Group', properties: 0 };
/** Of the company whose names are hostile to whoever prints them. */
export const EVE = { company: 'mallory', id: 'e0e0e0e0e0' };

export const account = { name: 'Dana Whitlock', email: 'dana@example.com', password: 'a few plain words' };
export const other = { name: 'Marcus Oyelaran', email: 'marcus@example.com', password: 'some other words' };
