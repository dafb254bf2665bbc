/** A context's files by path: a text, a link (`-> target`), or a mode before the text (`755:text`). */
export type ContextFiles = Readonly<Record<string, string>>;

export interface CorpusCase {
  readonly dockerfile: string;
  readonly files?: ContextFiles;
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
}

const app: ContextFiles = {
  'package.json': '{"name":"app"}\n',
  'src/main.js': 'console.log(1)\n',
  'src/lib/util.js': 'export {}\n',
  'src/lib/deep/er.js': '1\n',
  'bin/run.sh': '755:#!/bin/sh\necho run\n',
  'bin/link': '-> run.sh',
  'docs/a.md': 'a\n',
  'docs/b.md': 'b\n',
  'docs/c.txt': 'c\n',
  'with space/file one': 'x\n',
  '.hidden': 'h\n',
};

/** Shaped as people's are. `base` is an image with a shell, users and links among its directories. */
export const corpus: Readonly<Record<string, CorpusCase>> = {
  'one command': { dockerfile: 'FROM base\nRUN echo one > /one' },
  'only settings': {
    dockerfile:
      'FROM base\nENV A=1 B="two words" C=$A\nLABEL x=y "z z"=\'q\'\nEXPOSE 80 53/udp 8000-8002\nUSER 12\nWORKDIR /somewhere\nSTOPSIGNAL SIGQUIT\nVOLUME /data /other\nVOLUME ["/third"]\nCMD ["a","b"]\nENTRYPOINT ["/e"]',
  },
  'commands for a shell': { dockerfile: 'FROM base\nENTRYPOINT exec top -b\nCMD echo $HOME' },
  'an entrypoint takes the inherited command': { dockerfile: 'FROM base\nENTRYPOINT ["x"]' },
  'an entrypoint keeps its own command': { dockerfile: 'FROM base\nCMD ["c"]\nENTRYPOINT ["x"]' },
  'another shell': { dockerfile: 'FROM base\nSHELL ["/bin/sh","-ec"]\nRUN echo a > /a; echo b > /b\nCMD run it' },
  health: {
    dockerfile: 'FROM base\nHEALTHCHECK --interval=5s --timeout=1m --retries=4 CMD test -e /x',
  },
  'no health': { dockerfile: 'FROM base\nHEALTHCHECK CMD ["x"]\nHEALTHCHECK NONE' },
  'a whole context': { dockerfile: 'FROM base\nCOPY . /app/', files: app },
  'a directory becomes another': { dockerfile: 'FROM base\nCOPY src /app/code', files: app },
  'a directory into one that is there': {
    dockerfile: 'FROM base\nRUN mkdir -p /app/lib && chmod 700 /app/lib\nCOPY src /app/',
    files: app,
  },
  'one file': { dockerfile: 'FROM base\nCOPY package.json /app/', files: app },
  'one file with another name': { dockerfile: 'FROM base\nCOPY package.json /app/p.json', files: app },
  'one file into a directory that is there': { dockerfile: 'FROM base\nCOPY package.json /etc', files: app },
  'several files': { dockerfile: 'FROM base\nCOPY package.json src/main.js docs/a.md /app/', files: app },
  patterns: { dockerfile: 'FROM base\nCOPY docs/*.md /d/\nCOPY src/lib/*.js bin/r??.sh /e/', files: app },
  'names with spaces': { dockerfile: 'FROM base\nCOPY ["with space/file one", "/with space/"]', files: app },
  'relative to the workdir': {
    dockerfile: 'FROM base\nWORKDIR /srv\nWORKDIR deeper\nCOPY src ./\nCOPY package.json .',
    files: app,
  },
  'up from the workdir': { dockerfile: 'FROM base\nWORKDIR /srv/deep\nCOPY package.json ../', files: app },
  'a link in the context': { dockerfile: 'FROM base\nCOPY bin /b/', files: app },
  'through a link of the image': {
    dockerfile: 'FROM base\nRUN mkdir /real && ln -s /real /alias\nCOPY package.json /alias/\nCOPY src /alias/src',
    files: app,
  },
  'over a file': {
    dockerfile: 'FROM base\nRUN mkdir /o && echo old > /o/package.json\nCOPY package.json /o/',
    files: app,
  },
  'owners by number': {
    dockerfile: 'FROM base\nCOPY --chown=12:34 src /owned/\nCOPY --chown=7 package.json /owned/p',
    files: app,
  },
  'owners by name': {
    dockerfile:
      'FROM base\nRUN echo "jess:x:77:88::/:/bin/sh" >> /etc/passwd; echo "crew:x:99:" >> /etc/group\nCOPY --chown=jess:crew package.json /a\nCOPY --chown=jess:99 src/main.js /b',
    files: app,
  },
  'what is left out': {
    dockerfile: 'FROM base\nCOPY . /app/',
    files: { ...app, '.dockerignore': '# not these\ndocs\n!docs/b.md\n**/*.js\n.hidden\n' },
  },
  'only some are let in': {
    dockerfile: 'FROM base\nCOPY . /app/',
    files: { ...app, '.dockerignore': '*\n!src\nsrc/lib/deep\n' },
  },
  'arguments with defaults': {
    dockerfile: 'ARG BASE=base\nFROM $BASE\nARG V=1\nARG W\nENV V2=$V W2=${W:-none}\nRUN echo $V $W > /v',
  },
  'arguments that are given': {
    dockerfile: 'ARG BASE=nothing\nFROM ${BASE}\nARG V=1\nENV V2=$V\nRUN echo $V > /v',
    args: { BASE: 'base', V: '7' },
  },
  'an argument of before the first FROM': { dockerfile: 'ARG V=9\nFROM base\nARG V\nRUN echo $V > /v' },
  'ENV wins over ARG': { dockerfile: 'FROM base\nENV V=env\nARG V=arg\nRUN echo $V > /v' },
  substitution: {
    dockerfile: 'FROM base\nENV P=/a/b Q=${P:-x} R=${NOPE:-y} S=${P:+z} T=\\$P U="a\\ b" W=\'$P\'\nWORKDIR $P/c',
  },
  'stages by name': {
    dockerfile: 'FROM base AS one\nRUN echo 1 > /1\nFROM base\nCOPY --from=one /1 /from-one',
    files: app,
  },
  'stages by number': { dockerfile: 'FROM base\nRUN echo 1 > /1\nFROM base\nCOPY --from=0 /1 /from-zero' },
  'a stage from a stage': {
    dockerfile: 'FROM base AS one\nENV A=1\nRUN echo 1 > /1\nFROM one AS two\nRUN echo $A > /2',
  },
  'a target': { dockerfile: 'FROM base AS one\nRUN echo 1 > /1\nFROM base\nRUN false', target: 'one' },
  'a directory of a stage': {
    dockerfile:
      'FROM base AS one\nRUN mkdir -p /d/e && echo x > /d/e/f && ln -s e/f /d/l && chmod 2750 /d/e\nFROM base\nCOPY --from=one /d /copied',
  },
  'nothing below': { dockerfile: 'FROM scratch\nCOPY src /\nCOPY package.json /etc/p.json', files: app },
  'changes and removals': {
    dockerfile:
      'FROM base\nRUN mkdir /d && echo a > /d/a && echo b > /d/b\nRUN rm /d/a && echo c >> /d/b && chmod 600 /d/b\nRUN rm -r /d && mkdir /d && echo new > /d/n',
  },
  'links and special modes': {
    dockerfile: 'FROM base\nRUN echo x > /x && ln /x /y && ln -s x /z && chmod 4755 /x && mkdir -m 1777 /t',
  },
  'users of steps': { dockerfile: 'FROM base\nRUN mkdir -m 777 /w\nUSER 33:44\nRUN id -u > /w/u; echo $HOME > /w/h' },
  'lines that go on': { dockerfile: 'FROM base\nRUN echo a \\\n  # between\n  b \\\n  > /ab\nENV X=1 \\\n    Y=2' },
  'a backtick escapes': { dockerfile: '# escape=`\nFROM base\nRUN echo a `\n b > /ab' },
  'add unpacks nothing that is none': { dockerfile: 'FROM base\nADD package.json src/main.js /added/', files: app },
  'triggers of later': { dockerfile: 'FROM base\nONBUILD RUN echo x\nONBUILD COPY . /c' },
  'an author': { dockerfile: 'FROM base\nMAINTAINER Jess <jess@example.com>' },
  'labels over several lines': { dockerfile: 'FROM base\nLABEL a="one \\\ntwo" b=3' },
  'old pairs': { dockerfile: 'FROM base\nENV one two three\nLABEL a b c' },
  'an empty directory': {
    dockerfile: 'FROM base\nRUN mkdir /empty\nCOPY --from=0 /empty /e2/'.replace(
      'COPY --from=0 /empty /e2/',
      'WORKDIR /empty',
    ),
  },
  'a workdir that is made': { dockerfile: 'FROM base\nWORKDIR /new/one\nRUN pwd > /pwd' },
  'small letters': { dockerfile: 'from base\nrun echo x > /x\nenv A=b' },
  'windows line ends': { dockerfile: 'FROM base\r\nRUN echo x > /x\r\nENV A=b\r\n' },
  'expose by variables': { dockerfile: 'FROM base\nENV P=81\nEXPOSE $P ${P}/udp' },
  'variables in volumes and users': { dockerfile: 'FROM base\nENV D=/d U=9\nVOLUME $D/v\nUSER $U\nSTOPSIGNAL SIGINT' },
  'a file of the root': { dockerfile: 'FROM base\nCOPY package.json /', files: app },
  'hidden files too': { dockerfile: 'FROM base\nCOPY .hidden /h/\nCOPY .h* /i/', files: app },
  'one step after another': {
    dockerfile: `FROM base\n${Array.from({ length: 12 }, (_, at) => `RUN echo ${at} >> /count`).join('\n')}`,
  },
  'copies and commands in turn': {
    dockerfile:
      'FROM base\nCOPY package.json /app/\nRUN echo dep > /app/deps\nCOPY src /app/src\nRUN cat /app/deps /app/src/main.js > /app/out',
    files: app,
  },
  'a command in JSON': { dockerfile: 'FROM base\nRUN ["/bin/sh","-c","echo json > /j"]' },
  'an entrypoint that is no JSON': { dockerfile: "FROM base\nCMD ['single']" },
  'quotes in labels': { dockerfile: 'FROM base\nLABEL a=\'b "c" d\' e="f \'g\' h" i=j\\ k' },
};
