// The mouse, the finger and the wheel over the plan: what is dragged, touched or turned.

const SLOP = { mouse: 4, pen: 6, touch: 9 };

export class Pointer {
  constructor(parts, view, canvas, calls) {
    Object.assign(this, { parts, view, canvas, calls });
    this.held = null;
    const { plot } = parts;
    plot.addEventListener("pointerdown", (event) => this.down(event));
    plot.addEventListener("pointermove", (event) => this.move(event));
    plot.addEventListener("pointerup", (event) => this.up(event));
    plot.addEventListener("pointercancel", () => this.release());
    plot.addEventListener("pointerleave", () => calls.leave());
    plot.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  // The point of an event: px from the plot's edges, and the moment that it means.
  point(event) {
    const box = this.parts.plot.getBoundingClientRect();
    const x = event.clientX - box.left;
    return { x, y: event.clientY - box.top, ms: this.view.ms(x), clientX: event.clientX, clientY: event.clientY };
  }

  down(event) {
    if (event.button !== 0 || this.held) return;
    this.canvas.keep();
    const start = this.point(event);
    const grip = this.calls.grip?.(start, event.pointerType) ?? null;
    this.held = { id: event.pointerId, x: event.clientX, y: event.clientY, slop: SLOP[event.pointerType] ?? 4, isPanning: false, start, grip, isDragging: false };
  }

  move(event) {
    const { held } = this;
    if (!held) {
      if (event.pointerType === "mouse") this.calls.hover(this.point(event));
      return;
    }
    if (event.pointerId !== held.id) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.isPanning && !held.isDragging && Math.hypot(dx, dy) < held.slop) return;
    if (!held.isPanning && !held.isDragging) this.begin(event);
    if (held.isDragging) { this.calls.drag(this.point(event)); return; }
    held.x = event.clientX;
    held.y = event.clientY;
    this.parts.scroll.scrollTop -= dy;
    this.view.pan(dx);
    this.canvas.follow();
  }

  // A bar in the hand goes along, if it may; else the plan does.
  begin(event) {
    const { held } = this;
    this.parts.plot.setPointerCapture(event.pointerId);
    this.parts.plot.classList.add("is-panning");
    this.calls.leave();
    held.isDragging = held.grip !== null && this.calls.take(held.grip, held.start);
    held.isPanning = !held.isDragging;
  }

  up(event) {
    const { held } = this;
    if (!held || event.pointerId !== held.id) return;
    this.held = null;
    this.release();
    if (held.isDragging) {
      this.calls.drop();
    } else if (held.isPanning) {
      this.canvas.settle();
      this.calls.moved();
    } else {
      this.calls.tap(this.point(event), event.pointerType, event.ctrlKey || event.metaKey || event.shiftKey);
    }
  }

  release() {
    if (this.held?.isDragging) this.calls.cancel();
    this.held = null;
    this.parts.plot.classList.remove("is-panning");
  }

  // Turning zooms; where rows are many it scrolls, and zooms with Ctrl held; sideways it pans.
  wheel(event) {
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.calls.leave();
    if (isSideways) {
      event.preventDefault();
      this.view.pan(-(event.deltaX || event.deltaY) * lines);
    } else if (event.ctrlKey || event.metaKey || this.canvas.layout.mode === "line") {
      event.preventDefault();
      this.view.zoom(Math.exp(-event.deltaY * lines * 0.0018), this.point(event).x);
    } else {
      return;
    }
    this.canvas.follow();
    this.canvas.settle();
    this.calls.moved();
  }
}
