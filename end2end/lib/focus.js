// What a keyboard user sees of the focus.

/** Returns the accessible name of the focused element in the frame, whether its focus ring is visible, and whether it
 * is in view. */
export const focusedElement = (shell) =>
  shell.frame().evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { top, bottom, width } = element.getBoundingClientRect();
    return {
      name: element.ariaLabel ?? element.labels?.[0]?.innerText ?? element.innerText.trim(),
      hasFocusRing: element.matches(':focus-visible') && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      inView: width > 1 && bottom > 0 && top < innerHeight,
    };
  });
