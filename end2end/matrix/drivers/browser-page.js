// A tab of a browser that Playwright or Puppeteer drives: the part of a page that both have.

export class PageTab {
  /** Names of the nested frames that lead to the app. */
  frames = ['app'];

  constructor(page) {
    this.page = page;
  }

  async goto(url) {
    await this.page.goto(url);
  }

  async back() {
    await this.page.goBack();
  }

  async reload() {
    await this.page.reload();
  }

  /** Runs a function in the app's frame. */
  async run(fn, ...args) {
    return (await this.frame()).evaluate(callOf(fn, args));
  }

  /** Runs a function in the page around the frames. */
  runTop(fn, ...args) {
    return this.page.evaluate(callOf(fn, args));
  }

  async close() {
    await this.page.close();
  }
}

/** Returns the call as an expression: the two libraries pass arguments differently. */
const callOf = (fn, args) => `(${fn})(...${JSON.stringify(args)})`;
