import type { Messages } from '#renderer/i18n/messages.ts';

export const searchMessages = {
  'search.open': { en: 'Search', es: 'Buscar' },
  'search.title': { en: 'Search everywhere', es: 'Buscar en todas partes' },
  'search.placeholder': {
    en: 'A name, a path, a digest, *.conf, /regex/',
    es: 'Un nombre, una ruta, un digest, *.conf, /regex/',
  },
  'search.results': { en: 'What was found', es: 'Lo encontrado' },
  'search.images': { en: 'Images', es: 'Imágenes' },
  'search.containers': { en: 'Containers', es: 'Contenedores' },
  'search.volumes': { en: 'Volumes', es: 'Volúmenes' },
  'search.networks': { en: 'Networks', es: 'Redes' },
  'search.files': { en: 'Files in layers', es: 'Archivos en capas' },
  'search.in': {
    en: 'in {name}{others, plural, =0 {} one { and # more} other { and # more}}',
    es: 'en {name}{others, plural, =0 {} one { y # más} other { y # más}}',
  },
  'search.inNone': { en: 'in a layer of no image', es: 'en una capa de ninguna imagen' },
  'search.hidden': { en: 'hidden by a later layer', es: 'oculto por una capa posterior' },
  'search.searching': {
    en: 'Searched {done} of {all} layers, {matches} found',
    es: '{done} de {all} capas buscadas, {matches} encontrados',
  },
  'search.searched': {
    en: '{matches, plural, =0 {No file found} one {# file found} other {# files found}} among {entries} entries of {all, plural, one {# layer} other {# layers}}',
    es: '{matches, plural, =0 {Ningún archivo} one {# archivo} other {# archivos}} entre {entries} entradas de {all, plural, one {# capa} other {# capas}}',
  },
  'search.nothing': { en: 'Nothing is called so', es: 'Nada se llama así' },
  'search.help': {
    en: 'Names are found at once, paths and digests of files from two letters on.',
    es: 'Los nombres se encuentran al momento; las rutas y los digests de archivos, desde dos letras.',
  },
  'search.failed': { en: 'The layers could not be searched', es: 'No se pudieron buscar las capas' },
} as const satisfies Messages;
