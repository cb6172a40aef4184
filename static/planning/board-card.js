// The card beside the pointer.

const GAP = 16;

export class Card {
  constructor(parts) {
    this.element = parts.card;
    this.shown = null;
  }

  // `name` says what the card is about; its content is made only when that is another thing.
  show(name, content, point) {
    if (this.shown !== name) {
      this.shown = name;
      this.element.replaceChildren(...content());
      this.element.hidden = false;
      this.size = this.element.getBoundingClientRect();
    }
    const { width, height } = this.size;
    const left = point.clientX + GAP + width > window.innerWidth - 8 ? point.clientX - GAP - width : point.clientX + GAP;
    // What hangs over the foot of the page stands above it rather than over what it is about.
    const below = Math.min(point.clientY + GAP, window.innerHeight - height - 8);
    const top = point.above === undefined ? below : point.above - height - 6;
    this.element.style.transform = `translate(${Math.max(left, 8)}px, ${Math.max(top, 8)}px)`;
  }

  hide() {
    if (this.shown === null) return;
    this.shown = null;
    this.element.hidden = true;
  }
}
