import { panelShape, wholeConfig } from '../connector/panel-config.ts';
import { object } from '../shared/read.ts';

export const panelConfig = object(panelShape);

export const config = wholeConfig(panelConfig, '127.0.0.61');
