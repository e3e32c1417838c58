/** The trained models as detectors use them, made once from what compose read. */
import type { ModelFiles } from '../../core/model-file.ts';
import { TextModel } from './text-model.ts';
import { UrlModel } from './url-model.ts';

export interface Models {
  readonly text: TextModel;
  readonly url: UrlModel;
}

const made = new WeakMap<ModelFiles, Models>();

/** @throws ModelError where one is broken or made for another engine */
export function modelsOf(files: ModelFiles): Models {
  const known = made.get(files);
  if (known !== undefined) return known;
  const models = { text: new TextModel(files.text), url: new UrlModel(files.url) };
  made.set(files, models);
  return models;
}
