// The operations that the twin knows, by the names of nn.Operations. The list on the side of the
// program is in explore/portable/operations.go; a test compares the two.
//
// A plan is made once, of an operation with its arrays, and returns the function that computes it.

import * as elementwise from './elementwise.js';
import * as rows from './rows.js';
import * as shapes from './shapes.js';
import { planMatMul, planMatMulEach } from './matmul.js';
import { planConv, planTransposedConv } from './conv.js';
import { planGRU, planLSTM } from './recurrent.js';
import { planAttentionStep } from './attention.js';

export const operations = {
  add: elementwise.planAdd,
  sub: elementwise.planSub,
  mul: elementwise.planMul,
  div: elementwise.planDiv,
  max: elementwise.planMax,
  min: elementwise.planMin,
  exp: elementwise.planFunction,
  log: elementwise.planFunction,
  sigmoid: elementwise.planFunction,
  softplus: elementwise.planFunction,
  tanh: elementwise.planFunction,
  erf: elementwise.planFunction,
  sin: elementwise.planFunction,
  cos: elementwise.planFunction,
  elu: elementwise.planELU,
  'bounded exp': elementwise.planExpBounded,
  relu: elementwise.planReLU,
  'leaky relu': elementwise.planLeakyReLU,
  sqrt: elementwise.planSqrt,
  square: elementwise.planSquare,
  reciprocal: elementwise.planReciprocal,
  scale: elementwise.planScale,
  'add scalar': elementwise.planAddScalar,
  clamp: elementwise.planClamp,
  normalise: elementwise.planNormalise,
  'normalise each': elementwise.planNormalise,
  'add row': rows.planAddRow,
  'mul row': rows.planMulRow,
  'add column': rows.planAddColumn,
  'mul column': rows.planMulColumn,
  'broadcast row': rows.planBroadcastRow,
  'broadcast column': rows.planBroadcastColumn,
  broadcast: rows.planBroadcast,
  constant: rows.planConstant,
  'mul each': rows.planMulEach,
  sum: rows.planSum,
  'sum of rows': rows.planSumOfRows,
  'sum of columns': rows.planSumOfColumns,
  'sum of an axis': rows.planSumOfAxis,
  repeat: rows.planRepeat,
  moments: rows.planMoments,
  'moments of each': rows.planMomentsOfEach,
  slice: shapes.planSlice,
  pad: shapes.planPad,
  concat: shapes.planConcat,
  transpose: shapes.planTranspose,
  gather: shapes.planGather,
  'one-hot': shapes.planOneHot,
  upsample: shapes.planUpsample,
  matmul: planMatMul,
  'matmul of each': planMatMulEach,
  argmax: rows.planArgMax,
  gru: planGRU,
  lstm: planLSTM,
  'attention step': planAttentionStep,
  conv: planConv,
  'transposed conv': planTransposedConv,
};

/** Operations whose result is all of their input, or a part of it, in another shape. */
export const views = new Set(['reshape', 'stop', 'part']);
