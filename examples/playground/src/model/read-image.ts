/**
 * A picture file in the size of a model's images.
 *
 * @param file - Any picture that the browser reads.
 * @param shape - Height, width, and channels: 1 for grey, 3 for colours.
 * @returns Pixels from 0 to 1, channels last.
 */
export async function readImage(file: File, [height, width, channels]: readonly number[]): Promise<Float32Array> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} is no picture that this browser reads.`);
  });
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Float32Array(height * width * channels);
  for (let at = 0; at < height * width; at++) {
    const [red, green, blue] = data.subarray(4 * at, 4 * at + 3);
    if (channels === 1) pixels[at] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    else pixels.set([red / 255, green / 255, blue / 255], 3 * at);
  }
  return pixels;
}
