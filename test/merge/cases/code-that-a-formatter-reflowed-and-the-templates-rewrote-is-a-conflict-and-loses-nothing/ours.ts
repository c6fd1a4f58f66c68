export const zones = [
	a,
	b,
];
