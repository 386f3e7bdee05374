/** How the connector lies in one kind of panel, and what a person does to put it there. */
export interface ConnectorLayout {
  /** Folder of the connector below the panel's root, without slashes at its ends: `modules/addons/keyturn`. */
  readonly home: string;
  /** Steps for a person, in order, each a sentence or two. The archive has been made when they are read. */
  readonly install: readonly string[];
  /** Files in which the panel keeps settings of its own: put there once, and left out of an upgrade. */
  readonly keptOnUpgrade?: readonly string[];
  /** What makes the panel notice new files of an upgrade, where copying them is not enough. */
  readonly upgrade?: readonly string[];
}
