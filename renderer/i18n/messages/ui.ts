import type { Messages } from '#renderer/i18n/messages.ts';

export const uiMessages = {
  'ui.cancel': { en: 'Cancel', es: 'Cancelar' },
  'ui.close': { en: 'Close', es: 'Cerrar' },
  'ui.copied': { en: 'Copied', es: 'Copiado' },
  'ui.copyWhat': { en: 'Copy {what}', es: 'Copiar {what}' },
  'ui.dismiss': { en: 'Dismiss', es: 'Descartar' },
  'ui.clearSearch': { en: 'Clear search', es: 'Borrar la búsqueda' },
  'ui.loading': { en: 'Loading…', es: 'Cargando…' },
  'ui.hidden': { en: 'hidden', es: 'oculto' },
  'ui.showWhat': { en: 'Show {what}', es: 'Mostrar {what}' },
  'ui.hideWhat': { en: 'Hide {what}', es: 'Ocultar {what}' },
  'ui.none': { en: 'none', es: 'ninguno' },
  'ui.notifications': { en: 'Notifications', es: 'Avisos' },
  'ui.resizePanes': { en: 'Resize panes', es: 'Cambiar el tamaño de los paneles' },
  'ui.retry': { en: 'Try again', es: 'Reintentar' },
  'ui.unknown': { en: 'unknown', es: 'desconocido' },
} as const satisfies Messages;
