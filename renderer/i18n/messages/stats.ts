import type { Messages } from '#renderer/i18n/messages.ts';

export const statsMessages = {
  'stats.title': { en: 'What it uses', es: 'Qué usa' },
  'stats.range': { en: 'How far back', es: 'Hasta cuándo atrás' },
  'stats.range.minutes': { en: '5 minutes', es: '5 minutos' },
  'stats.range.hour': { en: '1 hour', es: '1 hora' },
  'stats.range.day': { en: '12 hours', es: '12 horas' },
  'stats.cpu': { en: 'Processor', es: 'Procesador' },
  'stats.cpuHelp': {
    en: '100 % is one processor. Hatched beneath: held back by its limit.',
    es: '100 % es un procesador. Rayado abajo: frenado por su límite.',
  },
  'stats.memory': { en: 'Memory', es: 'Memoria' },
  'stats.memoryHelp': {
    en: 'Without the file cache that the kernel gives back when somebody needs it.',
    es: 'Sin la caché de archivos que el núcleo devuelve cuando alguien la necesita.',
  },
  'stats.network': { en: 'Network', es: 'Red' },
  'stats.received': { en: 'received', es: 'recibido' },
  'stats.sent': { en: 'sent', es: 'enviado' },
  'stats.noNetwork': {
    en: 'It has no network of its own: its traffic is counted with that of whoever it shares one with.',
    es: 'No tiene red propia: su tráfico se cuenta con el de quien comparte la suya.',
  },
  'stats.disk': { en: 'Disk', es: 'Disco' },
  'stats.diskHelp': {
    en: 'What really reached a disk. Writes to a cache are counted when the kernel writes them out, where it can.',
    es: 'Lo que de verdad llegó a un disco. Lo escrito en caché se cuenta cuando el núcleo lo vuelca, si puede.',
  },
  'stats.read': { en: 'read', es: 'leído' },
  'stats.written': { en: 'written', es: 'escrito' },
  'stats.processes': { en: 'Processes', es: 'Procesos' },
  'stats.limit': { en: 'limit {value}', es: 'límite {value}' },
  'stats.ofLimit': { en: '{value} of {limit}', es: '{value} de {limit}' },
  'stats.mark.start': { en: 'started', es: 'iniciado' },
  'stats.mark.pause': { en: 'paused', es: 'en pausa' },
  'stats.mark.unpause': { en: 'went on', es: 'reanudado' },
  'stats.mark.oom': { en: 'ran out of memory', es: 'se quedó sin memoria' },
  'stats.mark.die': { en: 'ended', es: 'terminado' },
  'stats.happened': { en: 'What happened meanwhile', es: 'Qué pasó mientras tanto' },
  'stats.none': { en: 'Nothing measured yet', es: 'Aún no hay mediciones' },
  'stats.noneText': {
    en: 'A container is measured every second from its first start on. The history stays when it ends.',
    es: 'Un contenedor se mide cada segundo desde su primer inicio. El historial queda cuando termina.',
  },
  'stats.failed': { en: 'What it uses could not be read', es: 'No se pudo leer qué usa' },
  'stats.ended': { en: 'not running', es: 'no está en marcha' },
} as const satisfies Messages;
