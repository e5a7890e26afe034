// Photographs are made small before they are kept: drawn anew, so that neither place nor camera travels along.
const LONGEST = 1600;
const MOST_BYTES = 480_000;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

/** The picture of a file as JPEG of at most half a megabyte, and a small one to look at. Throws for what is no picture. */
export async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    let longest = LONGEST;
    for (;;) {
      const canvas = draw(picture, longest);
      for (const quality of QUALITIES) {
        const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
        if (blob && blob.size <= MOST_BYTES) return { blob, thumb: draw(picture, 160).toDataURL("image/jpeg", 0.6) };
      }
      longest = Math.round(longest * 0.75);
    }
  } finally {
    picture.close();
  }
}

function draw(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
