import type { Messages } from '#renderer/i18n/messages.ts';

export const frameMessages = {
  'frame.navigation': { en: 'Main', es: 'Principal' },
  'frame.images': { en: 'Images', es: 'Imágenes' },
  'frame.containers': { en: 'Containers', es: 'Contenedores' },
  'frame.builds': { en: 'Builds', es: 'Construir' },
  'frame.volumes': { en: 'Volumes', es: 'Volúmenes' },
  'frame.trash': { en: 'Trash', es: 'Papelera' },
  'frame.networks': { en: 'Networks', es: 'Redes' },
  'frame.settings': { en: 'Settings', es: 'Ajustes' },
  'frame.skip': { en: 'Skip to content', es: 'Ir al contenido' },
  'frame.connecting': { en: 'Connecting to the engine…', es: 'Conectando con el motor…' },
  'frame.reconnecting': {
    en: 'The engine can’t be reached. Trying again; containers go on running meanwhile.',
    es: 'No se puede alcanzar el motor. Reintentando; los contenedores siguen en marcha mientras tanto.',
  },
  'frame.notFound': { en: 'There is nothing at this address', es: 'No hay nada en esta dirección' },
  'frame.notFoundText': {
    en: 'The link may be old. Everything there is can be reached from Images and Containers.',
    es: 'Puede que el enlace sea viejo. A todo se llega desde Imágenes y Contenedores.',
  },
  'frame.toImages': { en: 'Go to images', es: 'Ir a las imágenes' },
  'frame.broken': { en: 'This screen failed to draw', es: 'Esta pantalla no se pudo dibujar' },
  'frame.running': { en: 'running', es: 'en marcha' },
} as const satisfies Messages;
