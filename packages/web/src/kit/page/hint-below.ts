/** For fields that stand in one row, of which only some have a hint: under the field, so that all fields stand on one line. */
export const HINT_BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];
