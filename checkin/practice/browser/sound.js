// What a phone hears: words in the browser's own voice, recordings as they are; and the microphone.

let on = false;
let playing = null;

/** Turn sound on or off: a browser makes none before somebody asked for it. */
export function switchSound(wanted) {
  on = wanted;
  hush();
}

/** Say or play what one phone heard. Later things wait until earlier ones are over. */
export function sounds(event) {
  if (!on) return;
  if (event.how === "play") {
    hush();
    playing = new Audio(`/practice/heard/${event.n}`);
    playing.play().catch(() => {});
  } else if (event.text && "speechSynthesis" in window) {
    const said = new SpeechSynthesisUtterance(event.text);
    if (event.language) said.lang = event.language;
    speechSynthesis.speak(said);
  }
}

/** Stop at once: a key was pressed, or the call is over. */
export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
  playing?.pause();
  playing = null;
}

/** Record from the microphone until `stop` of what is returned is called; that gives the sound, as base64. */
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts = [];
  recorder.ondataavailable = (part) => parts.push(part.data);
  recorder.start();
  return {
    stop: () =>
      new Promise((done) => {
        recorder.onstop = async () => {
          for (const track of stream.getTracks()) track.stop();
          done(await base64(new Blob(parts, { type: recorder.mimeType })));
        };
        recorder.stop();
      }),
  };
}

/** A file's bytes as the control API takes them. */
export function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}
