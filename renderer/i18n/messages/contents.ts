import type { Messages } from '#renderer/i18n/messages.ts';

export const contentsMessages = {
  'layers.tab.contents': { en: 'Packages', es: 'Paquetes' },
  'contents.view': { en: 'What is shown', es: 'Qué se muestra' },
  'contents.installed': { en: 'Installed', es: 'Instalados' },
  'contents.sbom': { en: 'List of the build · {platform}', es: 'Lista de la construcción · {platform}' },
  'contents.provenance': { en: 'How it was made · {platform}', es: 'Cómo se hizo · {platform}' },
  'contents.other': { en: 'Statement · {platform}', es: 'Declaración · {platform}' },
  'contents.failed': { en: 'The packages could not be read', es: 'No se pudieron leer los paquetes' },
  'contents.saidFailed': {
    en: 'What is said of the image could not be read',
    es: 'No se pudo leer lo que se declara de la imagen',
  },
  'contents.list': { en: 'Installed packages', es: 'Paquetes instalados' },
  'contents.search': { en: 'Filter packages', es: 'Filtrar paquetes' },
  'contents.count': {
    en: '{count, plural, one {# package} other {# packages}}',
    es: '{count, plural, one {# paquete} other {# paquetes}}',
  },
  'contents.countOf': {
    en: '{count, plural, one {# package} other {# packages}} of {system}',
    es: '{count, plural, one {# paquete} other {# paquetes}} de {system}',
  },
  'contents.more': {
    en: '{count, plural, one {# more is} other {# more are}} not shown; filter to see them.',
    es: '{count, plural, one {Hay # más} other {Hay # más}} sin mostrar; filtre para verlos.',
  },
  'contents.none': { en: 'No file lists packages', es: 'Ningún archivo enumera paquetes' },
  'contents.noneText': {
    en: 'dpkg, apk, rpm, npm and pip write down what they install; in this image none of them did.',
    es: 'dpkg, apk, rpm, npm y pip anotan lo que instalan; en esta imagen ninguno lo hizo.',
  },
  'contents.noMatch': { en: 'No package is called so', es: 'Ningún paquete se llama así' },
  'contents.nothingSaid': {
    en: 'Nothing is said of this image beside it. A build with --sbom or --provenance says it, and a pull for all platforms brings it.',
    es: 'No hay declaraciones junto a esta imagen. Las hace una construcción con --sbom o --provenance, y las trae una descarga para todas las plataformas.',
  },
  'contents.name': { en: 'Package', es: 'Paquete' },
  'contents.version': { en: 'Version', es: 'Versión' },
  'contents.kind': { en: 'Kind', es: 'Tipo' },
  'contents.license': { en: 'Licence', es: 'Licencia' },
  'contents.layer': { en: 'Layer', es: 'Capa' },
  'contents.from': { en: 'Listed in', es: 'Figura en' },
  'contents.unread': { en: 'Not all could be read', es: 'No todo se pudo leer' },
  'contents.unread.too-large': { en: '{path} is too large.', es: '{path} es demasiado grande.' },
  'contents.unread.unknown-form': {
    en: 'The form of {path} is not known here.',
    es: 'El formato de {path} no se conoce aquí.',
  },
  'contents.unread.damaged': { en: '{path} is damaged.', es: '{path} está dañado.' },
  'contents.unread.too-many': {
    en: 'From {path} on there are too many packages.',
    es: 'A partir de {path} hay demasiados paquetes.',
  },
  'contents.saved': { en: 'The list is saved', es: 'La lista se guardó' },
  'contents.saveFailed': { en: 'The list could not be saved', es: 'No se pudo guardar la lista' },
  'contents.save': { en: 'Save as SPDX', es: 'Guardar como SPDX' },
} as const satisfies Messages;
