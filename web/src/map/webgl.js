import { dotSize } from './raster.js';

const POINTS = `#version 300 es
uniform vec4 view; // the centre, and half of what is in view
uniform float size;
uniform sampler2D palette;
in vec2 place;
in float colour;
out vec4 sum;
void main() {
  gl_Position = vec4((place - view.xy) / view.zw, 0, 1);
  gl_PointSize = size;
  vec4 c = texelFetch(palette, ivec2(int(colour), 0), 0);
  sum = vec4(c.rgb * c.a, c.a);
}`;

const SUM = `#version 300 es
precision highp float;
uniform float size;
in vec4 sum;
out vec4 o;
void main() {
  if (size > 2.0 && length(gl_PointCoord - 0.5) > 0.5) discard;
  o = sum;
}`;

const WHOLE = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1, 0, 1); }`;

const SHADE = `#version 300 es
precision highp float;
uniform sampler2D sums;
uniform float most;
out vec4 o;
void main() {
  vec4 s = texelFetch(sums, ivec2(gl_FragCoord.xy), 0);
  float a = s.a == 0.0 ? 0.0 : 0.59 + 0.41 * min(1.0, log(1.0 + s.a) / log(1.0 + most));
  o = vec4(s.rgb / max(s.a, 1.0) * a, a);
}`;

/** hardware returns a context of WebGL 2 that a real GPU draws, null where there is none. */
export function hardware(canvas) {
  const gl = canvas.getContext('webgl2', { premultipliedAlpha: true, failIfMajorPerformanceCaveat: true });
  const info = gl?.getExtension('WEBGL_debug_renderer_info');
  const name = info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : 'software';
  if (/swiftshader|llvmpipe|softpipe|software|basic render/i.test(name)) return null;
  return gl.getExtension('EXT_color_buffer_float') && gl.getExtension('EXT_float_blend') ? gl : null;
}

/** WebGL draws what Raster draws, on a GPU. Its largest weight is an estimate by the grid. */
export class WebGL {
  constructor(gl) {
    this.gl = gl;
    gl.canvas.addEventListener('webglcontextlost', (e) => e.preventDefault());
    gl.canvas.addEventListener('webglcontextrestored', () => this.begin());
    this.begin();
  }

  /** begin makes what lies on the GPU, which may forget it. */
  begin() {
    const gl = this.gl;
    this.loaded = this.coloured = null;
    this.points = program(gl, POINTS, SUM);
    this.whole = program(gl, WHOLE, SHADE);
    this.places = gl.createBuffer();
    this.colours = gl.createBuffer();
    this.palette = texture(gl);
    this.sums = texture(gl);
    this.frame = gl.createFramebuffer();
    this.array = gl.createVertexArray();
  }

  resize(width, height) {
    const gl = this.gl;
    gl.canvas.width = width;
    gl.canvas.height = height;
    gl.bindTexture(gl.TEXTURE_2D, this.sums);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, width, height, 0, gl.RGBA, gl.FLOAT, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.sums, 0);
  }

  draw(points, colours, palette, view) {
    const gl = this.gl, { width, height } = gl.canvas;
    this.load(points, colours, palette);
    const w = width / 2 / view.scale, h = height / 2 / view.scale;
    const size = dotSize(inView(points, view, w, h), width, height);
    gl.viewport(0, 0, width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE);
    gl.useProgram(this.points);
    gl.bindVertexArray(this.array);
    gl.uniform4f(gl.getUniformLocation(this.points, 'view'), view.x, view.y, w, h);
    gl.uniform1f(gl.getUniformLocation(this.points, 'size'), size);
    gl.bindTexture(gl.TEXTURE_2D, this.palette);
    gl.drawArrays(gl.POINTS, 0, points.n);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.disable(gl.BLEND);
    gl.useProgram(this.whole);
    gl.bindTexture(gl.TEXTURE_2D, this.sums);
    gl.uniform1f(gl.getUniformLocation(this.whole, 'most'), densest(points, view, size));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** load gives the GPU what has changed. */
  load(points, colours, palette) {
    const gl = this.gl;
    gl.bindVertexArray(this.array);
    if (this.loaded !== points) {
      const places = new Float32Array(2 * points.n);
      for (let k = 0; k < points.n; k++) [places[2 * k], places[2 * k + 1]] = [points.x[k], points.y[k]];
      attribute(gl, this.points, 'place', this.places, places, 2, gl.FLOAT);
      this.loaded = points;
    }
    if (this.coloured !== colours) {
      attribute(gl, this.points, 'colour', this.colours, colours, 1, gl.UNSIGNED_BYTE);
      this.coloured = colours;
    }
    const rows = new Float32Array(4 * 256);
    for (let c = 0; c < palette.weights.length; c++) {
      rows.set([palette.red[c] / 255, palette.green[c] / 255, palette.blue[c] / 255, palette.weights[c]], 4 * c);
    }
    gl.bindTexture(gl.TEXTURE_2D, this.palette);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, 256, 1, 0, gl.RGBA, gl.FLOAT, rows);
  }
}

function inView(points, view, w, h) {
  let n = 0;
  points.ranges(view.x - w, view.y - h, view.x + w, view.y + h, (from, to) => (n += to - from));
  return n;
}

function densest(points, view, size) {
  if (points.most === undefined) {
    points.most = 0;
    for (let c = 0; c + 1 < points.starts.length; c++) points.most = Math.max(points.most, points.starts[c + 1] - points.starts[c]);
  }
  return Math.max(2, (points.most * size * size) / (points.dx * points.dy * view.scale * view.scale));
}

function attribute(gl, program, name, buffer, values, size, type) {
  const at = gl.getAttribLocation(program, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(at);
  gl.vertexAttribPointer(at, size, type, false, 0, 0);
}

function program(gl, vertex, fragment) {
  const p = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const s = gl.createShader(type);
    gl.shaderSource(s, source);
    gl.compileShader(s);
    gl.attachShader(p, s);
  }
  gl.linkProgram(p);
  if (!gl.getProgramParameter(p, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(p) || 'shaders do not link');
  return p;
}

function texture(gl) {
  const t = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, t);
  for (const f of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, f, gl.NEAREST);
  return t;
}
