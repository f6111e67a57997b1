import type { Measured } from '@advml/runs';

/** The dictionaries that are compared: filters of networks, random directions, principal components. */
export type DictionaryName = 'init' | 'clean' | 'robust' | 'random' | 'pca';

/** What is left of the patches of images over one dictionary, as a share of their size. */
export interface DictionaryCurve {
  /** The dictionary. */
  readonly dictionary: DictionaryName;
  /** Orthogonal matching pursuit: mean over images after each number of atoms, with the interval over images. */
  readonly pursuit: readonly (Measured & { readonly atoms: number })[];
  /** Lasso: mean number of atoms and mean of what is left, for each penalty. */
  readonly lasso: readonly { readonly penalty: number; readonly atoms: number; readonly left: number }[];
}

/** What claim C15 looks at. */
export interface SparseMeasures {
  /** Atoms of each dictionary. */
  readonly atoms: number;
  /** Entries of a patch. */
  readonly entries: number;
  /** What a patch is, such as `5 x 5 x 1`. */
  readonly patch: string;
  /** Images with a patch of more than one colour, over which the means are. */
  readonly images: number;
  /** One entry a dictionary. */
  readonly curves: readonly DictionaryCurve[];
  /** What the filters of w' leave minus what others leave, at the number of atoms of the setting: mean over images with its interval. */
  readonly robustMinus: Readonly<Record<'clean' | 'random', Measured>>;
}
