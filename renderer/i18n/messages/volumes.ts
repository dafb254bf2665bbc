import type { Messages } from '#renderer/i18n/messages.ts';

export const volumeMessages = {
  'volumes.title': { en: 'Volumes', es: 'Volúmenes' },
  'volumes.list': { en: 'Volumes on this machine', es: 'Volúmenes de este equipo' },
  'volumes.column.name': { en: 'Volume', es: 'Volumen' },
  'volumes.column.size': { en: 'Size', es: 'Tamaño' },
  'volumes.column.usedBy': { en: 'Used by', es: 'Usado por' },
  'volumes.column.created': { en: 'Created', es: 'Creado' },
  'volumes.column.actions': { en: 'Actions', es: 'Acciones' },
  'volumes.anonymous': { en: 'made for a container', es: 'creado para un contenedor' },
  'volumes.unused': { en: 'no container', es: 'ningún contenedor' },
  'volumes.measuring': { en: 'measuring…', es: 'midiendo…' },
  'volumes.remove': { en: 'Remove {name}', es: 'Eliminar {name}' },
  'volumes.inUse': {
    en: '{name} is used by a container and stays',
    es: '{name} lo usa un contenedor y se queda',
  },
  'volumes.removeTitle': { en: 'Remove {name}?', es: '¿Eliminar {name}?' },
  'volumes.removeText': {
    en: 'Everything in it is deleted, and can’t be had back.',
    es: 'Se borra todo lo que contiene y no se puede recuperar.',
  },
  'volumes.removeAction': { en: 'Remove', es: 'Eliminar' },
  'volumes.undone': { en: '{name} is back', es: '{name} ha vuelto' },
  'volumes.undoFailed': { en: '{name} could not be brought back', es: 'No se pudo traer {name} de vuelta' },
  'volumes.removed': { en: '{name} removed', es: '{name} eliminado' },
  'volumes.removeFailed': { en: '{name} could not be removed', es: 'No se pudo eliminar {name}' },
  'volumes.listFailed': { en: 'The volumes could not be listed', es: 'No se pudieron listar los volúmenes' },
  'volumes.emptyTitle': { en: 'No volumes yet', es: 'Todavía no hay volúmenes' },
  'volumes.emptyText': {
    en: 'A volume keeps what containers write after they are gone. Name one when you run a container.',
    es: 'Un volumen conserva lo que escriben los contenedores cuando ellos ya no están. Nombra uno al ejecutar un contenedor.',
  },
} as const satisfies Messages;
