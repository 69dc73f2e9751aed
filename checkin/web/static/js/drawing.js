// A drawing that is wider than its frame begins in its middle, where a flow begins. Without it, one scrolls.
"use strict";

(() => {
  const image = document.querySelector(".drawing img");
  if (!image) return;
  const frame = image.closest(".drawing");
  const middle = () => { frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2; };
  if (image.complete) middle();
  image.addEventListener("load", middle);
})();
