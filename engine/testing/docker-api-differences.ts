/* Where our answers aren't as the Docker Engine API's schema has them, name by name, and why. */

/** Statuses of the schema that no request leads to here. */
export const unreachable: readonly string[] = [
  // A WebSocket begins with 101.
  'GET /containers/{id}/attach/ws 200',
  // Asked of Debian's registry (engine/cli/remote.linux.test.ts).
  'GET /images/search 200',
  // Taken over before the routes: the client is a gRPC server from there on (docker-buildkit.compat.test.ts).
  'POST /session 101',
  'POST /session 400',
  // The answer has a body, which says that it succeeded.
  'POST /auth 204',
  // A tag that exists is moved.
  'POST /images/{name}/tag 409',
  // Only swarms have volumes that can be updated.
  'PUT /volumes/{name} 200',
  'PUT /volumes/{name} 400',
  'PUT /volumes/{name} 404',
];
/** Docker sends them as well. */
export const unknownFields: readonly string[] = [
  'CreateImageInfo.stream',
  'EventMessage.from',
  'EventMessage.id',
  'EventMessage.status',
  'PushImageInfo.aux',
  'PushImageInfo.id',
];
/** Docker has null there as well, where nothing was said. */
export const nullFields: readonly string[] = [
  'EndpointSettings.Aliases',
  'EndpointSettings.IPAMConfig',
  'EndpointSettings.Links',
  'GET /exec/{id}/json.ExitCode',
  'HostConfig.DeviceRequests',
  'HostConfig.Links',
  'HostConfig.MemorySwappiness',
  'HostConfig.VolumesFrom',
  'IPAM.Options',
  'ImageConfig.Entrypoint',
  'ImageConfig.Volumes',
  'ImageHistoryResponseItem.Tags',
  'Volume.Labels',
  'Volume.Options',
];
/** Fields of the schema that no answer has. */
export const missingFields: readonly string[] = [
  // Of Windows, of version 1 of control groups, or of other drivers than ours.
  'ContainerCPUUsage.percpu_usage',
  'ContainerConfig.ArgsEscaped',
  'ContainerMemoryStats.commitbytes',
  'ContainerMemoryStats.commitpeakbytes',
  'ContainerMemoryStats.failcnt',
  'ContainerMemoryStats.max_usage',
  'ContainerMemoryStats.privateworkingset',
  'ContainerNetworkStats.endpoint_id',
  'ContainerNetworkStats.instance_id',
  'ContainerPidsStats.limit',
  'ContainerStorageStats.read_count_normalized',
  'ContainerStorageStats.read_size_bytes',
  'ContainerStorageStats.write_count_normalized',
  'ContainerStorageStats.write_size_bytes',
  'HostConfig.KernelMemoryTCP',
  'HostConfig.StorageOpt',
  'ImageConfig.ArgsEscaped',
  'ImageInspect.OsVersion',
  'OCIPlatform.os.features',
  'OCIPlatform.os.version',
  'SystemInfo.KernelMemoryTCP',
  'Volume.Status',
  // Of swarms, of plugins, and of containerd.
  'ContainerInspectResponse.ImageManifestDescriptor',
  'ContainerSummary.ImageManifestDescriptor',
  'ImageInspect.Descriptor',
  'ImageInspect.Manifests',
  'ImageSummary.Descriptor',
  'ImageSummary.Manifests',
  'Network.Peers',
  'SwarmInfo.Cluster',
  'SwarmInfo.Managers',
  'SwarmInfo.Nodes',
  'SystemInfo.Containerd',
  'SystemInfo.ProductLicense',
  'Volume.ClusterVolume',
  // Only there when there is something to say: an error, a variant of a platform, a command of the image's own.
  'BuildInfo.id',
  'BuildInfo.progress',
  'BuildInfo.progressDetail',
  'BuildInfo.status',
  'ContainerConfig.Shell',
  'ContainerWaitResponse.Error',
  'CreateImageInfo.error',
  'CreateImageInfo.errorDetail',
  'ImageInspect.Variant',
  'OCIDescriptor.annotations',
  'OCIDescriptor.artifactType',
  'OCIDescriptor.data',
  'OCIDescriptor.platform',
  'OCIDescriptor.urls',
  'OCIPlatform.variant',
  'PushImageInfo.error',
  'PushImageInfo.errorDetail',
  'PushImageInfo.progress',
  'Runtime.runtimeArgs',
  // Not kept: what was asked for is done, or refused when the container is made.
  'ContainerConfig.MacAddress',
  'ContainerConfig.NetworkDisabled',
  'ContainerSummary.HostConfig.Annotations',
  'EndpointSettings.DriverOpts',
  'EndpointSettings.GwPriority',
  'FirewallInfo.Info',
  'HostConfig.Mounts',
  'Runtime.status',
];
