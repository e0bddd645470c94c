import { button, save } from '../dom.js';

let context = null;

/** play returns the buttons that play a code as sound and save it. */
export function play(app, z) {
  const reason = app.backend.can('sound');
  return [
    button('▶ Play', () => listen(app, z).catch(app.fail), { disabled: reason !== '', title: reason || 'Play what this code sounds like', class: 'play' }),
    button('Save WAV', () => app.backend.sound(z, app.conditions).then((wav) => save('code.wav', new Blob([wav], { type: 'audio/wav' }))).catch(app.fail), { disabled: reason !== '', title: reason }),
  ];
}

/** listen plays a code. Of two calls the second ends the first. */
export async function listen(app, z) {
  const wav = await app.backend.sound(z, app.conditions);
  context ??= new AudioContext();
  const source = context.createBufferSource();
  source.buffer = await context.decodeAudioData(wav);
  source.connect(context.destination);
  listen.now?.stop();
  listen.now = source;
  source.start();
}
