/** strip returns pictures side by side as a PNG, each enlarged by a whole number. */
export function strip(pictures) {
  const { width, height } = pictures[0], times = Math.max(1, Math.floor(112 / Math.max(width, height)));
  const canvas = document.createElement('canvas'), gap = 2;
  canvas.width = pictures.length * (width * times + gap) - gap;
  canvas.height = height * times;
  const c = canvas.getContext('2d');
  c.imageSmoothingEnabled = false;
  pictures.forEach((p, i) => c.drawImage(p, i * (width * times + gap), 0, width * times, height * times));
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser cannot write a PNG of this size.'))), 'image/png'));
}
