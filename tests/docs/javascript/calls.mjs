// What an example has called, a line for each.
export const call = (...words) => console.log(JSON.stringify(words));
