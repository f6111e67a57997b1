// Gradients of pooling: each window hands its share to its largest entry, or equal parts to all.

/** dx += dy for the largest entry of each channel of a window [rows, columns, channels], the first one where several tie. */
function handToLargest(rows: u32, columns: u32, channels: u32, stride: u32, x: usize, dy: usize, dx: usize): void {
  const pixel = channels << 2;
  let channel: u32 = 0;
  for (; channel + 4 <= channels; channel += 4) {
    let best = v128.load(x), place = i32x4.splat(0); // in bytes from the window's start
    for (let row: u32 = 0; row < rows; row++) {
      let at = row * stride;
      for (let column: u32 = 0; column < columns; column++) {
        const value = v128.load(x + at), larger = f32x4.gt(value, best);
        best = v128.bitselect(value, best, larger);
        place = v128.bitselect(i32x4.splat(at), place, larger);
        at += pixel;
      }
    }
    add(dx + i32x4.extract_lane(place, 0), load<f32>(dy));
    add(dx + 4 + i32x4.extract_lane(place, 1), load<f32>(dy, 4));
    add(dx + 8 + i32x4.extract_lane(place, 2), load<f32>(dy, 8));
    add(dx + 12 + i32x4.extract_lane(place, 3), load<f32>(dy, 12));
    x += 16;
    dy += 16;
    dx += 16;
  }
  for (; channel < channels; channel++) {
    let best = load<f32>(x), place: u32 = 0;
    for (let row: u32 = 0; row < rows; row++) {
      let at = row * stride;
      for (let column: u32 = 0; column < columns; column++) {
        const value = load<f32>(x + at);
        if (value > best) {
          best = value;
          place = at;
        }
        at += pixel;
      }
    }
    add(dx + place, load<f32>(dy));
    x += 4;
    dy += 4;
    dx += 4;
  }
}

// @ts-ignore: decorator
@inline
function add(to: usize, value: f32): void {
  store<f32>(to, load<f32>(to) + value);
}

/** dx += dy * part for every entry of a window [rows, columns, channels]. */
function handToAll(rows: u32, columns: u32, channels: u32, stride: u32, part: f32, dy: usize, dx: usize): void {
  const parts = f32x4.splat(part), width = channels << 2, wide = width & ~15;
  for (let row: u32 = 0; row < rows; row++) {
    let pixel = dx + row * stride;
    for (let column: u32 = 0; column < columns; column++) {
      let at: u32 = 0;
      for (; at < wide; at += 16) {
        v128.store(pixel + at, f32x4.add(v128.load(pixel + at), f32x4.mul(v128.load(dy + at), parts)));
      }
      for (; at < width; at += 4) add(pixel + at, load<f32>(dy + at) * part);
      pixel += width;
    }
  }
}

/**
 * dx[images, height, width, channels] = what the windows hand to each entry of their share dy[images, outHeight, outWidth,
 * channels]: all to the largest entry of x if there is an `x`, else the part 1 / (filterHeight filterWidth) to every
 * entry. `top` and `left` are rows and columns of padding; nothing comes from a window that lies in the padding.
 */
export function poolGrad(
  images: u32, height: i32, width: i32, channels: u32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
  x: usize, dy: usize, dx: usize,
): void {
  const pixel = channels << 2, stride = width * pixel, size = height * stride;
  const part: f32 = 1.0 / <f32>(filterHeight * filterWidth);
  memory.fill(dx, 0, images * size);
  for (let image: u32 = 0; image < images; image++) {
    for (let row = 0; row < outHeight; row++) {
      const up = row * strideHeight - top, first = max(0, up), rows = min(height, up + filterHeight) - first;
      for (let column = 0; column < outWidth; column++) {
        const back = column * strideWidth - left, start = max(0, back), columns = min(width, back + filterWidth) - start;
        if (rows > 0 && columns > 0) {
          const at = image * size + first * stride + start * pixel;
          if (x != 0) handToLargest(rows, columns, channels, stride, x + at, dy, dx + at);
          else handToAll(rows, columns, channels, stride, part, dy, dx + at);
        }
        dy += pixel;
      }
    }
  }
}
