<<<<<<< yours
export const zones = [
	a,
	b,
];
=======
export const zones = [a, b, c];
>>>>>>> generated now
