/** View is which part of the plane is in sight: its centre, and pixels by unit. */
export class View {
  constructor() {
    Object.assign(this, { x: 0, y: 0, scale: 1, width: 1, height: 1, least: 1 });
  }

  /** fit shows a box whole. */
  fit([x0, y0, x1, y1]) {
    this.x = (x0 + x1) / 2;
    this.y = (y0 + y1) / 2;
    this.scale = 0.92 * Math.min(this.width / (x1 - x0 || 1), this.height / (y1 - y0 || 1));
    this.least = this.scale / 4;
  }

  /** place returns the place in the plane at a pixel. */
  place(px, py) {
    return [this.x + (px - this.width / 2) / this.scale, this.y - (py - this.height / 2) / this.scale];
  }

  pixel(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, this.height / 2 - (y - this.y) * this.scale];
  }

  /** zoom scales by a factor; the place at a pixel stays there. */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const [x, y] = this.place(px, py);
    this.scale = Math.max(this.least, Math.min(this.least * 4000, this.scale * factor));
    const [nx, ny] = this.place(px, py);
    this.x += x - nx;
    this.y += y - ny;
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
  }

  /** box returns what is in sight as [x0, y0, x1, y1], and so many pixels around it. */
  box(margin = 0) {
    const [x0, y1] = this.place(-margin, -margin), [x1, y0] = this.place(this.width + margin, this.height + margin);
    return [x0, y0, x1, y1];
  }
}
