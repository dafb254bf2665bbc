import type { Messages } from '#renderer/i18n/messages.ts';

/** The run form: devices, limits of processes, the log. */
export const runHostMessages = {
  'run.host': { en: 'Devices and limits of processes', es: 'Dispositivos y límites de procesos' },
  'run.devices': { en: 'Devices', es: 'Dispositivos' },
  'run.devicesHelp': {
    en: 'Paths of the machine, with spaces between; /dev/sda:/dev/xvda:r gives another name and rights.',
    es: 'Rutas del equipo, separadas por espacios; /dev/sda:/dev/xvda:r da otro nombre y permisos.',
  },
  'run.ulimits': { en: 'Limits of each process', es: 'Límites de cada proceso' },
  'run.ulimitsHelp': {
    en: 'Names of ulimit with a value, or a soft and a hard one; -1 is no limit.',
    es: 'Nombres de ulimit con un valor, o uno blando y uno duro; -1 es sin límite.',
  },
  'run.log': { en: 'Log', es: 'Registro' },
  'run.logDriver': { en: 'What it prints is', es: 'Lo que imprime' },
  'run.logDriver.usual': { en: 'kept as usual', es: 'se guarda como siempre' },
  'run.logDriver.json-file': { en: 'kept (json-file)', es: 'se guarda (json-file)' },
  'run.logDriver.local': { en: 'kept (local)', es: 'se guarda (local)' },
  'run.logDriver.none': { en: 'not kept', es: 'no se guarda' },
  'run.logHelp': {
    en: 'What is not said here, the settings say for all containers.',
    es: 'Lo que no se indica aquí lo dicen los ajustes para todos los contenedores.',
  },
  'run.logNoneHelp': {
    en: 'Only who is attached sees it.',
    es: 'Solo lo ve quien esté conectado.',
  },
  'run.logMaxSize': { en: 'Size of a log file', es: 'Tamaño de un archivo de registro' },
  'run.logMaxSizeHelp': { en: 'For example 10m.', es: 'Por ejemplo, 10m.' },
  'run.logMaxFile': { en: 'How many of them', es: 'Cuántos archivos' },
  'run.logUsual': { en: 'as in the settings', es: 'como en los ajustes' },
  'run.problem.bad-device': {
    en: 'Paths such as /dev/fuse, perhaps with another path and rights: /dev/sda:/dev/xvda:rw.',
    es: 'Rutas como /dev/fuse, quizá con otra ruta y permisos: /dev/sda:/dev/xvda:rw.',
  },
  'run.problem.bad-ulimit': {
    en: 'Names with numbers, such as nofile=1024:4096; the first is not above the second.',
    es: 'Nombres con números, como nofile=1024:4096; el primero no supera al segundo.',
  },
  'run.problem.bad-log-size': { en: 'A size above 0, such as 10m.', es: 'Un tamaño mayor que 0, como 10m.' },
  'run.problem.bad-log-count': { en: 'A whole number from 1 to 1000.', es: 'Un número entero de 1 a 1000.' },
} as const satisfies Messages;
