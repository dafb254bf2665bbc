import type { Messages } from '#renderer/i18n/messages.ts';

export const mapMessages = {
  'map.title': { en: 'Shared layers', es: 'Capas compartidas' },
  'map.open': { en: 'Shared layers', es: 'Capas compartidas' },
  'map.view': { en: 'How it is shown', es: 'Cómo se muestra' },
  'map.view.picture': { en: 'Picture', es: 'Dibujo' },
  'map.view.table': { en: 'Table', es: 'Tabla' },
  'map.failed': { en: 'The map could not be had', es: 'No se pudo obtener el mapa' },
  'map.none': { en: 'There are no images yet', es: 'Aún no hay imágenes' },
  'map.total': { en: '{bytes} on the disk', es: '{bytes} en el disco' },
  'map.saved': { en: '{bytes} saved by sharing', es: '{bytes} ahorrados al compartir' },
  'map.picture': {
    en: 'Layers that images share: arrows move along trunk and branches',
    es: 'Capas que comparten las imágenes: las flechas recorren tronco y ramas',
  },
  'map.chosen': { en: 'The chosen layers', es: 'Las capas elegidas' },
  'map.segment': {
    en: '{layers, plural, one {# layer} other {# layers}}, {bytes}, in {images, plural, one {# image} other {# images}}',
    es: '{layers, plural, one {# capa} other {# capas}}, {bytes}, en {images, plural, one {# imagen} other {# imágenes}}',
  },
  'map.repeated': { en: 'counted elsewhere', es: 'contada en otro sitio' },
  'map.table': { en: 'Layers that images share', es: 'Capas que comparten las imágenes' },
  'map.column.layers': { en: 'Layers, base first', es: 'Capas, la base primero' },
  'map.column.bytes': { en: 'On the disk', es: 'En el disco' },
  'map.column.shared': { en: 'Images', es: 'Imágenes' },
  'map.column.images': { en: 'Ends in', es: 'Termina en' },
} as const satisfies Messages;
