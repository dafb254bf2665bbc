import type { Messages } from '#renderer/i18n/messages.ts';

export const runMessages = {
  'run.title': { en: 'Run a container', es: 'Ejecutar un contenedor' },
  'run.action': { en: 'Run', es: 'Ejecutar' },
  'run.starting': { en: 'Starting…', es: 'Iniciando…' },
  'run.failed': { en: 'The container could not be started', es: 'No se pudo iniciar el contenedor' },
  'run.line': { en: 'The same as a command', es: 'Lo mismo como comando' },
  'run.lineWhat': { en: 'the command', es: 'el comando' },

  'run.what': { en: 'What to run', es: 'Qué ejecutar' },
  'run.image': { en: 'Image', es: 'Imagen' },
  'run.imageChoices': { en: 'Images on this machine', es: 'Imágenes de este equipo' },
  'run.pull': { en: 'Pull {image}…', es: 'Descargar {image}…' },
  'run.command': { en: 'Command', es: 'Comando' },
  'run.commandHelp': {
    en: 'Empty: what the image says. Quotes keep words together; $ and * are plain characters unless a shell is run.',
    es: 'Vacío: lo que dice la imagen. Las comillas unen palabras; $ y * son caracteres corrientes salvo que se ejecute un shell.',
  },
  'run.name': { en: 'Name', es: 'Nombre' },
  'run.namePlaceholder': { en: 'chosen by the engine', es: 'lo elige el motor' },
  'run.interactive': { en: 'Interactive terminal', es: 'Terminal interactiva' },
  'run.interactiveHelp': {
    en: 'For shells and programs you type into. Without it, output goes to the log alone.',
    es: 'Para shells y programas en los que se escribe. Sin ella, la salida va solo al registro.',
  },
  'run.autoRemove': { en: 'Remove when it ends', es: 'Eliminar cuando termine' },
  'run.autoRemoveHelp': {
    en: 'Its log and what it changed in its files go with it.',
    es: 'Se van con él su registro y lo que cambió en sus archivos.',
  },

  'run.env': { en: 'Environment', es: 'Entorno' },
  'run.envHelp': {
    en: 'Added to what the image sets. Lines of an .env file can be pasted into a name.',
    es: 'Se añade a lo que define la imagen. En un nombre se pueden pegar las líneas de un archivo .env.',
  },
  'run.envName': { en: 'Name', es: 'Nombre' },
  'run.envValue': { en: 'Value', es: 'Valor' },
  'run.envAdd': { en: 'Add a variable', es: 'Añadir una variable' },
  'run.envRow': { en: 'the variable', es: 'la variable' },
  'run.rowRemove': { en: 'Remove {what}', es: 'Quitar {what}' },

  'run.binds': { en: 'Directories and volumes', es: 'Directorios y volúmenes' },
  'run.bindsHelp': {
    en: 'A path of the machine, or the name of a volume. What the container writes there stays after it is gone.',
    es: 'Una ruta del equipo o el nombre de un volumen. Lo que el contenedor escriba ahí se queda cuando él ya no esté.',
  },
  'run.bindSource': { en: 'Path or volume', es: 'Ruta o volumen' },
  'run.bindDestination': { en: 'In the container', es: 'En el contenedor' },
  'run.bindReadOnly': { en: 'Read-only', es: 'Solo lectura' },
  'run.bindAdd': { en: 'Add a mount', es: 'Añadir un montaje' },
  'run.bindRow': { en: 'the mount', es: 'el montaje' },

  'run.process': { en: 'Process', es: 'Proceso' },
  'run.workingDir': { en: 'Working directory', es: 'Directorio de trabajo' },
  'run.user': { en: 'User', es: 'Usuario' },
  'run.entrypoint': { en: 'Entrypoint', es: 'Punto de entrada' },
  'run.hostname': { en: 'Host name', es: 'Nombre de host' },
  'run.hostnamePlaceholder': { en: 'its id', es: 'su identificador' },

  'run.limits': { en: 'Isolation and limits', es: 'Aislamiento y límites' },
  'run.network': { en: 'Network', es: 'Red' },
  'run.network.default': { en: 'Default', es: 'Predeterminada' },
  'run.network.none': { en: 'None', es: 'Ninguna' },
  'run.network.host': { en: 'The machine’s', es: 'La del equipo' },
  'run.networkHelp.default': {
    en: 'A network of its own; in this version, with nothing but loopback.',
    es: 'Una red propia; en esta versión, solo con loopback.',
  },
  'run.networkHelp.none': { en: 'Loopback alone.', es: 'Solo loopback.' },
  'run.networkHelp.host': {
    en: 'No isolation: its ports are the machine’s ports.',
    es: 'Sin aislamiento: sus puertos son los del equipo.',
  },
  'run.memory': { en: 'Memory limit', es: 'Límite de memoria' },
  'run.memoryPlaceholder': { en: 'none', es: 'ninguno' },
  'run.memoryHelp': { en: 'For example 512m or 2g.', es: 'Por ejemplo, 512m o 2g.' },
  'run.readOnly': { en: 'Read-only file system', es: 'Sistema de archivos de solo lectura' },
  'run.readOnlyHelp': {
    en: 'It can write to nothing but its directories of the machine.',
    es: 'Solo puede escribir en sus directorios del equipo.',
  },

  'run.problem.no-image': { en: 'Name an image.', es: 'Indica una imagen.' },
  'run.problem.image-missing': {
    en: 'This image is not on this machine.',
    es: 'Esta imagen no está en este equipo.',
  },
  'run.problem.no-command': {
    en: 'The image does not say what to run: name a command.',
    es: 'La imagen no dice qué ejecutar: indica un comando.',
  },
  'run.problem.open-single-quote': { en: 'A single quote is not closed.', es: 'Falta cerrar una comilla simple.' },
  'run.problem.open-double-quote': { en: 'A double quote is not closed.', es: 'Falta cerrar una comilla doble.' },
  'run.problem.trailing-backslash': {
    en: 'Nothing follows the backslash at the end.',
    es: 'Después de la barra inversa del final no hay nada.',
  },
  'run.problem.bad-name': {
    en: 'At least two letters, digits, dots, dashes or underscores, the first a letter or digit.',
    es: 'Al menos dos letras, cifras, puntos, guiones o guiones bajos; el primero, letra o cifra.',
  },
  'run.problem.relative-path': { en: 'A path must begin with /.', es: 'Una ruta debe empezar por /.' },
  'run.problem.bad-user': {
    en: 'A name or number, with a group if need be: 1000:1000.',
    es: 'Un nombre o un número, con grupo si hace falta: 1000:1000.',
  },
  'run.problem.bad-hostname': {
    en: 'At most 64 letters, digits and dashes, in parts joined by dots.',
    es: 'Como mucho 64 letras, cifras y guiones, en partes unidas por puntos.',
  },
  'run.problem.bad-memory': { en: 'Not a size such as 512m or 2g.', es: 'No es un tamaño como 512m o 2g.' },
  'run.problem.memory-too-small': { en: 'At least 6m.', es: 'Al menos 6m.' },
  'run.problem.env-without-name': { en: 'A value needs a name.', es: 'A este valor le falta el nombre.' },
  'run.problem.env-name-with-equals': {
    en: 'A name can’t contain “=”.',
    es: 'Un nombre no puede contener «=».',
  },
  'run.problem.env-twice': { en: 'This name is already above.', es: 'Este nombre ya está arriba.' },
  'run.problem.bind-incomplete': { en: 'Both paths are needed.', es: 'Hacen falta las dos rutas.' },
  'run.problem.bind-with-colon': { en: 'A path here can’t contain “:”.', es: 'Aquí una ruta no puede contener «:».' },
  'run.problem.bind-over-root': {
    en: 'The container’s whole root can’t be covered.',
    es: 'No se puede cubrir toda la raíz del contenedor.',
  },
  'run.problem.bind-twice': {
    en: 'This place in the container is already taken above.',
    es: 'Este lugar del contenedor ya está ocupado arriba.',
  },
} as const satisfies Messages;
