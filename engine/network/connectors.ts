/*
 * Programs that connect a namespace to the machine's network without root, with their arguments. Each says on its descriptor
 * 3 that it is ready, and lets nobody reach what listens on the machine's loopback.
 */

/** pasta(1): it writes its pid once packets pass. */
export const pasta = words(`
  pasta --foreground --quiet --config-net --ns-ifname tap0 --no-map-gw --pid /dev/fd/3
    --address 10.0.2.100 --netmask 255.255.255.0 --gateway 10.0.2.2
    --tcp-ports none --udp-ports none --tcp-ns none --udp-ns none --netns-only --netns NETNS`);

/** slirp4netns(1). */
export const slirp4netns = words(
  'slirp4netns --configure --mtu=65520 --disable-host-loopback --ready-fd=3 --netns-type=path NETNS tap0',
);

/**
 * Whether a pasta is to be preferred, by the date that its `--version` begins with. Those of 2023, and Debian 12's, which
 * doesn't know how old it is, bind what goes out to the interface of the default route, so that nothing behind another one
 * is reached (a VPN, for one), and never deliver what comes on a connection whose other half is closed already.
 */
export function isSoundPasta(version: string): boolean {
  const [, year = '0'] = /^pasta (\d{4})_\d{2}_\d{2}/m.exec(version) ?? [];
  return Number(year) >= 2024;
}

function words(line: string): readonly string[] {
  return line.trim().split(/\s+/);
}
