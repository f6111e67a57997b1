import type { Proportion } from '@advml/metrics';

/** Pixels of one picture, rounded to what the eye can tell. */
export type Picture = readonly number[];

/** First-layer filters, or the weights of first-layer neurons, as pictures. */
export interface FilterPictures {
  /** Height and width of one. */
  readonly size: readonly [height: number, width: number];
  /** Whether values stand channel by channel. */
  readonly byChannel: boolean;
  /** The same filters of each network, by its name. */
  readonly networks: readonly { readonly network: string; readonly filters: readonly Picture[] }[];
}

/** Some test images and what becomes of them. */
export interface AttackedPictures {
  /** The attack. */
  readonly attack: string;
  /** The images. */
  readonly images: readonly Picture[];
  /** Their classes. */
  readonly labels: readonly number[];
  /** For each network: attacked images, what it takes each for, the perturbations, and the gradient of the loss at the image. */
  readonly networks: readonly {
    readonly network: string;
    readonly attacked: readonly Picture[];
    readonly taken: readonly number[];
    readonly perturbations: readonly Picture[];
    readonly gradients: readonly Picture[];
  }[];
}

/** What neurons of deep layers want to see. */
export interface NeuronPictures {
  /** The test images from which every neuron's second picture started, one a neuron shown. */
  readonly starts: readonly Picture[];
  /** Layer by layer, network by network. */
  readonly layers: readonly {
    /** Name of the layer, such as `dense1`. */
    readonly layer: string;
    /** Which neurons are shown. */
    readonly neurons: readonly number[];
    /** For each network: pictures found from grey noise and from test images. */
    readonly networks: readonly {
      readonly network: string;
      readonly fromNoise: readonly Picture[];
      readonly fromImages: readonly Picture[];
    }[];
  }[];
}

/** Images moved towards each class by one network, as other networks see them. */
export interface SoughtClasses {
  /** The network along whose gradient they moved. */
  readonly network: string;
  /** Share of them that the network itself takes for the class that was sought. */
  readonly own: Proportion;
  /** Share of them that most controls take for the class that was sought; each was trained adversarially from another initialization. */
  readonly panel: Proportion;
  /** The same of each control alone, the first, which is trained longest, first. */
  readonly controls: readonly Proportion[];
}

/** What claim C16 looks at, and the pictures of the report. */
export interface PicturesMeasures {
  /** First-layer filters. */
  readonly filters: FilterPictures;
  /** Images under attack. */
  readonly attacked: AttackedPictures;
  /** What neurons want to see. */
  readonly neurons: NeuronPictures;
  /** The classes that w and w' were made to see in images of other classes. */
  readonly sought: readonly SoughtClasses[];
}
