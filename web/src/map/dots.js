import { Raster, dotSize } from './raster.js';
import { WebGL, hardware } from './webgl.js';

/** Counted draws points on a canvas by Raster. */
class Counted {
  constructor(canvas) {
    this.context = canvas.getContext('2d');
    this.raster = new Raster(1, 1);
  }

  resize(width, height) {
    this.context.canvas.width = width;
    this.context.canvas.height = height;
    this.raster.resize(width, height);
    this.image = new ImageData(this.raster.bytes, width, height);
  }

  draw(points, colours, palette, view) {
    const { width, height } = this.raster;
    const w = width / 2 / view.scale, h = height / 2 / view.scale;
    let n = 0;
    points.ranges(view.x - w, view.y - h, view.x + w, view.y + h, (from, to) => (n += to - from));
    this.raster.count(points, colours, palette, view, dotSize(n, width, height));
    this.raster.shade();
    this.context.putImageData(this.image, 0, 0);
  }
}

/**
 * dots returns what draws points on a new canvas: {canvas, resize(width, height),
 * draw(points, colours, palette, view)}. A GPU draws them if it is a real one.
 */
export function dots() {
  const canvas = document.createElement('canvas');
  const gl = hardware(document.createElement('canvas')) && hardware(canvas);
  try {
    if (gl) return Object.assign(new WebGL(gl), { canvas });
  } catch {
    // A driver that refuses the shaders draws nothing: the points are counted then.
    return counted(document.createElement('canvas'));
  }
  return counted(canvas);
}

function counted(canvas) {
  return Object.assign(new Counted(canvas), { canvas });
}
