/** What `zkml key inspect --json` prints. */
export interface Inspection {
  id: string;
  k: number;
  degree: number;
  blindingFactors: number;
  digest: string;
  phases: { adviceColumns: number; challenges: number }[];
  adviceColumns: number;
  fixedColumns: number;
  permutationColumns: number;
  gates: number;
  opening: "SHPLONK" | "GWC";
  transcript: "Keccak-256" | "BLAKE2b";
  /** null without lookups. */
  lookupArgument: "logUp" | "classic" | null;
  lookups: number;
  lookupInputs: number;
  shuffles: number;
  expressionNodes: number;
  distinctCommitments: number;
  publicInputs: number;
  /** For each instance column, the number of its values. */
  instanceLengths: number[];
  /** Instance columns with values that nothing constrains. */
  freeInstanceColumns: number[];
  /** Where an accumulator stands; null if there is none. */
  accumulator: { column: number; row: number; limbs: number; bits: number } | null;
  sG2: string;
  perpetualPowersOfTau: boolean;
  keyBytes: number;
  fitsContractSizeLimit: boolean;
  /** Bytes of every proof in the long form. */
  proofBytes: number;
  /** Bytes of every proof in the short form. */
  shortProofBytes: number;
  publicInputsBytes: number;
  /** Gas of one verification, without calldata: slot and account touched before in the transaction, or not. */
  gas: { warm: number; cold: number };
  /** The same of a proof in the short form. */
  shortGas: { warm: number; cold: number };
}
