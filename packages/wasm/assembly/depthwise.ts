// Gradients of the convolution in which every channel has one filter of its own: images [rows][columns][channels],
// filters [filterHeight][filterWidth][channels].
import { multiplyAdd } from './lanes';
import { endInside, firstInside, Windows } from './windows';

/** Adds to every entry of the filter its products with one image and the derivatives dy of that image's results. */
export function depthwiseFilterGrad(windows: Windows, x: usize, dy: usize, filter: usize): void {
  visitLines(true, windows, x, dy, filter);
}

/** Adds to one image the derivatives dy of its results, times the filter. */
export function depthwiseInputGrad(windows: Windows, filter: usize, dy: usize, x: usize): void {
  visitLines(false, windows, x, dy, filter);
}

/** Every line of results with every entry of the filter and the part of a line of the image that they have in common. */
function visitLines(ofFilter: bool, windows: Windows, x: usize, dy: usize, filter: usize): void {
  const channels = windows.channels, stride = windows.strideWidth;
  const pixel: usize = channels << 2;
  for (let row = 0; row < windows.outHeight; row++, dy += windows.outWidth * pixel) {
    for (let i = 0; i < windows.filterHeight; i++) {
      const y = row * windows.strideHeight - windows.top + i * windows.dilationHeight;
      if (y < 0 || y >= windows.height) continue;
      for (let j = 0; j < windows.filterWidth; j++) {
        const left = j * windows.dilationWidth - windows.left;
        const first = firstInside(left, stride);
        const columns = endInside(left, stride, windows.outWidth, windows.width) - first;
        const image = x + (y * windows.width + left + first * stride) * pixel, share = dy + first * pixel;
        const entry = filter + (i * windows.filterWidth + j) * pixel;
        if (ofFilter) addProducts(columns, channels, image, stride * pixel, share, pixel, entry);
        else addMultiples(columns, channels, entry, share, pixel, image, stride * pixel);
      }
    }
  }
}

/** to[channels] += sum over columns of a[columns][channels] b[columns][channels]; steps of columns in bytes. */
function addProducts(columns: i32, channels: i32, a: usize, aStep: usize, b: usize, bStep: usize, to: usize): void {
  for (; channels >= 16; channels -= 16) {
    let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0, p = a, q = b;
    for (let column = 0; column < columns; column++, p += aStep, q += bStep) {
      sum0 = multiplyAdd(sum0, v128.load(p), v128.load(q));
      sum1 = multiplyAdd(sum1, v128.load(p, 16), v128.load(q, 16));
      sum2 = multiplyAdd(sum2, v128.load(p, 32), v128.load(q, 32));
      sum3 = multiplyAdd(sum3, v128.load(p, 48), v128.load(q, 48));
    }
    v128.store(to, f32x4.add(v128.load(to), sum0));
    v128.store(to, f32x4.add(v128.load(to, 16), sum1), 16);
    v128.store(to, f32x4.add(v128.load(to, 32), sum2), 32);
    v128.store(to, f32x4.add(v128.load(to, 48), sum3), 48);
    a += 64;
    b += 64;
    to += 64;
  }
  for (; channels >= 4; channels -= 4) {
    let sum = f32x4.splat(0), p = a, q = b;
    for (let column = 0; column < columns; column++, p += aStep, q += bStep) {
      sum = multiplyAdd(sum, v128.load(p), v128.load(q));
    }
    v128.store(to, f32x4.add(v128.load(to), sum));
    a += 16;
    b += 16;
    to += 16;
  }
  for (; channels > 0; channels--) {
    let sum: f32 = 0, p = a, q = b;
    for (let column = 0; column < columns; column++, p += aStep, q += bStep) sum += load<f32>(p) * load<f32>(q);
    store<f32>(to, load<f32>(to) + sum);
    a += 4;
    b += 4;
    to += 4;
  }
}

/** to[columns][channels] += factor[channels] b[columns][channels]; steps of columns in bytes. */
function addMultiples(columns: i32, channels: i32, factor: usize, b: usize, bStep: usize, to: usize, toStep: usize): void {
  for (; channels >= 16; channels -= 16) {
    const f0 = v128.load(factor), f1 = v128.load(factor, 16), f2 = v128.load(factor, 32), f3 = v128.load(factor, 48);
    let p = b, q = to;
    for (let column = 0; column < columns; column++, p += bStep, q += toStep) {
      v128.store(q, multiplyAdd(v128.load(q), f0, v128.load(p)));
      v128.store(q, multiplyAdd(v128.load(q, 16), f1, v128.load(p, 16)), 16);
      v128.store(q, multiplyAdd(v128.load(q, 32), f2, v128.load(p, 32)), 32);
      v128.store(q, multiplyAdd(v128.load(q, 48), f3, v128.load(p, 48)), 48);
    }
    factor += 64;
    b += 64;
    to += 64;
  }
  for (; channels >= 4; channels -= 4) {
    const f = v128.load(factor);
    let p = b, q = to;
    for (let column = 0; column < columns; column++, p += bStep, q += toStep) {
      v128.store(q, multiplyAdd(v128.load(q), f, v128.load(p)));
    }
    factor += 16;
    b += 16;
    to += 16;
  }
  for (; channels > 0; channels--) {
    const f = load<f32>(factor);
    let p = b, q = to;
    for (let column = 0; column < columns; column++, p += bStep, q += toStep) {
      store<f32>(q, load<f32>(q) + f * load<f32>(p));
    }
    factor += 4;
    b += 4;
    to += 4;
  }
}

/** to[n][times] = every number of x[n], `times` over. */
export function repeatEach(n: i32, times: i32, x: usize, to: usize): void {
  for (; n > 0; n--, x += 4) for (let copy = 0; copy < times; copy++, to += 4) store<f32>(to, load<f32>(x));
}

/** to[n] = sums of the rows of x[n][terms]. */
export function sumEach(n: i32, terms: i32, x: usize, to: usize): void {
  for (; n > 0; n--, to += 4) {
    let sum: f32 = 0;
    for (let term = 0; term < terms; term++, x += 4) sum += load<f32>(x);
    store<f32>(to, sum);
  }
}
