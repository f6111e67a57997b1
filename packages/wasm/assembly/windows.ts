// Windows that a filter moves over images [rows, columns, channels].

/** What the windows are like; lengths count entries. `src/native/windows.ts` writes it in this order. */
// @ts-ignore: decorator
@unmanaged
export class Windows {
  height: i32;
  width: i32;
  channels: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  /** Rows and columns of padding before the image. */
  top: i32;
  left: i32;
  /** Rows and columns of windows. */
  outHeight: i32;
  outWidth: i32;
}

/** The first of several places, `step` apart from `start` on, that is not negative. */
export function firstInside(start: i32, step: i32): i32 {
  return start >= 0 ? 0 : (step - 1 - start) / step;
}

/** The one after the last of `count` places that is less than `length`; at most `firstInside` if there is none inside. */
export function endInside(start: i32, step: i32, count: i32, length: i32): i32 {
  return start + (count - 1) * step < length ? count : (length - start + step - 1) / step;
}
