// What the page says, in the browser's language: English, or Spanish.

const EN = {
  title: "Practice phones", line: "The line", clock: "Practice time", skip: "To the phones", time: "Time",
  hour: "+1 hour", day: "+1 day", next: "To the next follow-up", pace: "Pace", sound: "Sound",
  trace: "What passes between the network and the line",
  trace_why: "Each request is signed as Twilio signs it; each answer is what Twilio would do.",
  new_name: "Another phone: whose is it?", new_number: "Its number (leave empty to withhold it)", new_do: "Add phone",
  moved: "The practice clock moved ahead by {much}.", none_promised: "No follow-ups are planned.",
  stopped: "The practice network isn’t responding. This page picks up again when it’s back.",
  phone_of: "{name}’s phone", withheld: "number withheld", history: "{name}’s texts and calls",
  idle: "Ready", calls: "Calling…", rings: "Ringing: a call comes in", on_call: "On a call",
  keys: "On a call: press a key", records: "On a call: being recorded", talks: "Connected with {others}",
  call: "Call the line", answer: "Answer", decline: "Decline", hang_up: "Hang up", silence: "Stay silent",
  keypad: "Keypad of {name}", write: "Text to the line from {name}", send: "Send", text: "Text…", nothing_yet: "Nothing yet",
  more: "Speak or record", speak: "Say something", speak_do: "Say", record_mic: "Record with your microphone",
  record_stop: "Stop and send", record_file: "Or send an audio file", when: "When it’s called",
  when_ring: "it rings, and I decide", when_answer: "it’s answered at once", when_decline: "it’s declined",
  when_voicemail: "voicemail answers", when_no_answer: "nobody answers", when_off: "it’s turned off",
  no_mic: "The microphone can’t be used here: {why}",
  e_missed: "stopped ringing", e_answered: "picked up", e_calling: "calls the line", e_ringing: "the line calls",
  e_pressed: "pressed {key}", e_said: "said: {text}", e_spoke: "spoke for {seconds} s", e_silent: "stayed silent",
  e_recording: "is being recorded", e_joined: "connected with {others}", e_alone: "is waiting alone",
  e_company: "{who} joined", e_left: "{who} left", e_ended: "the call is over: {why}", e_play: "a recording of {seconds} s",
  e_music: "music", e_ringback: "it rings at the other end", e_voice: "{who}: {text}", e_beep: "a tone",
  refused: "Twilio would object: {what} ({code})",
};

const ES = {
  title: "Teléfonos de práctica", line: "La línea", clock: "Hora de práctica", skip: "A los teléfonos", time: "Tiempo",
  hour: "+1 hora", day: "+1 día", next: "Al próximo seguimiento", pace: "Ritmo", sound: "Sonido",
  trace: "Lo que pasa entre la red y la línea",
  trace_why: "Cada petición va firmada como la firma Twilio; cada respuesta es lo que Twilio haría.",
  new_name: "Otro teléfono: ¿de quién?", new_number: "Su número, o nada para ocultarlo", new_do: "Ponerlo en la mesa",
  moved: "El reloj de práctica avanzó {much}.", none_promised: "No hay ningún seguimiento prometido.",
  stopped: "La red de práctica no responde. Esta página sigue sola cuando vuelva.",
  phone_of: "Teléfono de {name}", withheld: "número oculto", history: "Mensajes y llamadas de {name}",
  idle: "Listo", calls: "Llamando…", rings: "Suena: entra una llamada", on_call: "En una llamada",
  keys: "En una llamada: pulse una tecla", records: "En una llamada: grabando", talks: "En línea con {others}",
  call: "Llamar a la línea", answer: "Contestar", decline: "Rechazar", hang_up: "Colgar", silence: "Quedarse en silencio",
  keypad: "Teclado de {name}", write: "Mensaje de {name} a la línea", send: "Enviar", text: "Mensaje…", nothing_yet: "Nada todavía",
  more: "Hablar, grabar", speak: "Decir palabras", speak_do: "Decir", record_mic: "Grabar con el micrófono",
  record_stop: "Parar y entregar", record_file: "O entregar un archivo de sonido", when: "Cuando le llaman",
  when_ring: "suena, y yo decido", when_answer: "contesta enseguida", when_decline: "rechaza",
  when_voicemail: "contesta un buzón de voz", when_no_answer: "nadie contesta", when_off: "está apagado",
  no_mic: "No se puede usar el micrófono aquí: {why}",
  e_missed: "dejó de sonar", e_answered: "contestó", e_calling: "llama a la línea", e_ringing: "la línea llama",
  e_pressed: "pulsó {key}", e_said: "dijo: {text}", e_spoke: "habló {seconds} s", e_silent: "guardó silencio",
  e_recording: "se le está grabando", e_joined: "en línea con {others}", e_alone: "espera en una sala",
  e_company: "{who} entró", e_left: "{who} salió", e_ended: "la llamada terminó: {why}", e_play: "una grabación de {seconds} s",
  e_music: "música", e_ringback: "suena al otro lado", e_voice: "{who}: {text}", e_beep: "un tono",
  refused: "Twilio pondría reparos: {what} ({code})",
};

export const language = navigator.language.startsWith("es") ? "es" : "en";
const words = language === "es" ? ES : EN;

/** What is said under this name, its holes filled. */
export function say(name, holes = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_, hole) => holes[hole] ?? "");
}

/** Put the page's own words into it. */
export function fillIn(root) {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const part of root.querySelectorAll("[data-words]")) part.textContent = say(part.dataset.words);
  for (const part of root.querySelectorAll("[data-label]")) part.setAttribute("aria-label", say(part.dataset.label));
}
