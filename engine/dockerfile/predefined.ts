/** Every stage may use these after naming them in an ARG; FROM without (Dockerfile reference, "Automatic platform ARGs"). */
export const platformArguments: readonly string[] = ['TARGET', 'BUILD']
  .flatMap((side) => ['PLATFORM', 'OS', 'ARCH', 'VARIANT'].map((part) => `${side}${part}`))
  .concat('TARGETSTAGE');

/** Known to every step without an ARG, and never part of the image ("Predefined ARGs"). */
export const proxyArguments: readonly string[] = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'FTP_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
].flatMap((name) => [name, name.toLowerCase()]);
