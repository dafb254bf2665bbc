import type { Messages } from '#renderer/i18n/messages.ts';

export const pushMessages = {
  'pull.tags': { en: 'Tags of it there', es: 'Etiquetas que hay allí' },
  'pull.moreTags': { en: 'and {count} more', es: 'y {count} más' },
  'pull.preview': { en: 'What would be moved', es: 'Lo que se movería' },
  'pull.previewLayers': { en: 'Layers, the base last', es: 'Capas, la base al final' },
  'pull.previewBytes': {
    en: '{bytes} to fetch, {here} already here, in {count, plural, one {# layer} other {# layers}} for {platform}',
    es: '{bytes} por descargar, {here} ya aquí, en {count, plural, one {# capa} other {# capas}} para {platform}',
  },
  'pull.previewNothing': {
    en: 'Nothing to fetch: all {here} are here, in {count, plural, one {# layer} other {# layers}} for {platform}',
    es: 'Nada por descargar: los {here} ya están aquí, en {count, plural, one {# capa} other {# capas}} para {platform}',
  },
  'pull.layerHere': { en: 'already here', es: 'ya está aquí' },
  'pull.layerFetched': { en: 'to be fetched', es: 'por descargar' },
  'push.menu': { en: 'Push…', es: 'Subir…' },
  'push.title': { en: 'Push {name}', es: 'Subir {name}' },
  'push.reference': { en: 'To', es: 'A' },
  'push.referenceHelp': {
    en: 'A registry, a repository and a tag.',
    es: 'Un registro, un repositorio y una etiqueta.',
  },
  'push.newName': {
    en: 'In full: {name}. Once it is there, the image has this name here, too.',
    es: 'Completo: {name}. Cuando esté allí, la imagen tendrá también aquí ese nombre.',
  },
  'push.action': { en: 'Push', es: 'Subir' },
  'push.overwrite': { en: 'Push and overwrite', es: 'Subir y sobrescribir' },
  'push.failed': { en: 'The push did not start', es: 'La subida no empezó' },
  'push.overwrites': {
    en: 'This tag leads to another image there',
    es: 'Allí esta etiqueta lleva a otra imagen',
  },
  'push.overwritesSeen': {
    en: 'It leads to {hash}, which was pulled or pushed here before. It will lead to this image instead.',
    es: 'Lleva a {hash}, que ya se descargó o subió desde aquí. Pasará a llevar a esta imagen.',
  },
  'push.overwritesUnseen': {
    en: 'It leads to {hash}, which was never seen here: somebody else may have pushed it. It will lead to this image instead.',
    es: 'Lleva a {hash}, que nunca se vio aquí: quizá lo subió otra persona. Pasará a llevar a esta imagen.',
  },
  'push.previewBytes': {
    en: '{bytes} to send, {there} already there, in {count, plural, one {# layer} other {# layers}}',
    es: '{bytes} por enviar, {there} ya allí, en {count, plural, one {# capa} other {# capas}}',
  },
  'push.previewAtMost': {
    en: 'At most {bytes} to send, before compression; {there} already there, in {count, plural, one {# layer} other {# layers}}',
    es: 'Como mucho {bytes} por enviar, antes de comprimir; {there} ya allí, en {count, plural, one {# capa} other {# capas}}',
  },
  'push.previewNothing': {
    en: 'Nothing to send: {registry} has all layers',
    es: 'Nada por enviar: {registry} tiene todas las capas',
  },
  'push.layer.there': { en: 'already there', es: 'ya está allí' },
  'push.layer.mountable': { en: 'in another repository there', es: 'en otro repositorio de allí' },
  'push.layer.missing': { en: 'to be sent', es: 'por enviar' },
  'jobs.left': {
    en: '{rate}/s, {left} left',
    es: '{rate}/s, faltan {left}',
  },
  'jobs.seconds': {
    en: '{count, plural, one {# second} other {# seconds}}',
    es: '{count, plural, one {# segundo} other {# segundos}}',
  },
  'jobs.minutes': {
    en: '{count, plural, one {# minute} other {# minutes}}',
    es: '{count, plural, one {# minuto} other {# minutos}}',
  },
  'jobs.hours': {
    en: '{count, plural, one {# hour} other {# hours}}',
    es: '{count, plural, one {# hora} other {# horas}}',
  },
} as const satisfies Messages;
