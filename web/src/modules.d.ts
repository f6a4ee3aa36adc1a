declare module 'cathgate:vocabulary' {
  const data: unknown;
  export default data;
}
declare module 'cathgate:questionnaire' {
  const data: unknown;
  export default data;
}
