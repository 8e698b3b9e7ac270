import { linguist } from './linguist.data.ts';

/** Longer than paths of source files: the time of the patterns below grows with the square of the length. */
export const maxPathLength = 500;

const vendored = new RegExp(linguist.vendored);
const documentation = new RegExp(linguist.documentation);

/** Generated files that a name identifies (after linguist's generated.rb; it reads the others). */
const generated =
  /(?:^|\/)(?:\.idea|Pods|Carthage\/Build|node_modules|Godeps|htmlcov|__generated__)\/|vendor\/(?:[-0-9A-Za-z]{1,60}\.){1,5}(?:com|edu|gov|in|me|net|org|fm|io)\/|(?:^|\/)\.pnp\.|\.designer\.(?:cs|vb)$|\.feature\.cs$|\.zep\.(?:c|h|php)$|_tlb\.pas$|\.pb\.(?:go|cc|h|c)$|_pb2(?:_grpc)?\.pyi?$|\.bundle\.js$|\.g\.dart$/i;

/** Whether github-linguist considers a file as third-party code because of its path. */
export const isVendoredPath = (path: string): boolean => vendored.test(path);

/** Whether github-linguist considers a file as documentation because of its path. */
export const isDocumentationPath = (path: string): boolean => documentation.test(path);

/** Whether a path identifies a generated file. */
export const isGeneratedPath = (path: string): boolean => generated.test(path);
