/**
 * What is spoken with BuildKit's clients, as far as it is used here: names and numbers are those of the public interface
 * (github.com/moby/buildkit, `api/services/control`, `session/*`; github.com/tonistiigi/fsutil, `types`).
 */
export const protoText = `
syntax = "proto3";

message Timestamp { int64 seconds = 1; int32 nanos = 2; }

// fsutil: a folder that is sent, entry by entry.
message Stat {
  string path = 1;
  uint32 mode = 2; // Go's os.FileMode
  uint32 uid = 3;
  uint32 gid = 4;
  int64 size = 5;
  int64 modTime = 6; // unix nanoseconds
  string linkname = 7;
}
message Packet {
  uint32 type = 1; // 0 stat, 1 request, 2 data, 3 end, 4 error
  Stat stat = 2;
  uint32 id = 3;
  bytes data = 4;
}

// moby.filesync.v1.Auth
message CredentialsRequest { string host = 1; }
message CredentialsResponse { string username = 1; string secret = 2; }

// moby.buildkit.secrets.v1.Secrets
message GetSecretRequest { string id = 1; }
message GetSecretResponse { bytes data = 1; }

// moby.sshforward.v1.SSH
message CheckAgentRequest { string ID = 1; }
message BytesMessage { bytes data = 1; }

// moby.buildkit.v1: what is told of a build.
message Vertex {
  string digest = 1;
  repeated string inputs = 2;
  string name = 3;
  bool cached = 4;
  Timestamp started = 5;
  Timestamp completed = 6;
  string error = 7;
}
message VertexStatus {
  string id = 1;
  string vertex = 2;
  string name = 3;
  int64 current = 4;
  int64 total = 5;
  Timestamp timestamp = 6;
  Timestamp started = 7;
  Timestamp completed = 8;
}
message VertexLog { string vertex = 1; Timestamp timestamp = 2; int64 stream = 3; bytes msg = 4; }
message StatusResponse {
  repeated Vertex vertexes = 1;
  repeated VertexStatus statuses = 2;
  repeated VertexLog logs = 3;
}

// moby.buildkit.v1.Control
message Definition { repeated bytes def = 1; }
message Exporter { string Type = 1; map<string, string> Attrs = 2; }
message CacheOptions { repeated CacheEntry Exports = 4; repeated CacheEntry Imports = 5; }
message CacheEntry { string Type = 1; map<string, string> Attrs = 2; }
message ControlSolveRequest {
  string Ref = 1;
  Definition Definition = 2;
  string ExporterDeprecated = 3;
  map<string, string> ExporterAttrsDeprecated = 4;
  string Session = 5;
  string Frontend = 6;
  map<string, string> FrontendAttrs = 7;
  CacheOptions Cache = 8;
  repeated string Entitlements = 9;
  bytes SourcePolicy = 12; // a message of its own
  repeated Exporter Exporters = 13;
}
message ControlSolveResponse { map<string, string> ExporterResponse = 1; }
message StatusRequest { string Ref = 1; }
message Platform { string Architecture = 1; string OS = 2; string Variant = 3; }
message BuildkitVersion { string package = 1; string version = 2; string revision = 3; }
message WorkerRecord {
  string ID = 1;
  map<string, string> Labels = 2;
  repeated Platform platforms = 3;
  BuildkitVersion BuildkitVersion = 5;
}
message ListWorkersResponse { repeated WorkerRecord record = 1; }
message InfoResponse { BuildkitVersion buildkitVersion = 1; }
message UsageRecord {
  string ID = 1;
  bool InUse = 3;
  int64 Size = 4;
  Timestamp CreatedAt = 6;
  Timestamp LastUsedAt = 7;
  string Description = 9;
  string RecordType = 10;
  bool Shared = 11;
}
message PruneRequest { bool all = 2; int64 keepDuration = 3; } // nanoseconds
message DiskUsageResponse { repeated UsageRecord record = 1; }
message HistoryRequest { bool ActiveOnly = 1; string Ref = 2; bool EarlyExit = 3; int32 Limit = 5; }
message UpdateHistoryRequest { string Ref = 1; bool Pinned = 2; bool Delete = 3; }
message BuildHistoryEvent { int32 type = 1; BuildHistoryRecord record = 2; }
message BuildHistoryRecord {
  string Ref = 1;
  string Frontend = 2;
  map<string, string> FrontendAttrs = 3;
  repeated Exporter Exporters = 4;
  RpcStatus error = 5;
  Timestamp CreatedAt = 6;
  Timestamp CompletedAt = 7;
  int32 numCachedSteps = 15;
  int32 numTotalSteps = 16;
  int32 numCompletedSteps = 17;
}

// moby.buildkit.v1.frontend.LLBBridge: what a client that would be the frontend itself asks.
message APICap { string ID = 1; bool Enabled = 2; }
message PongResponse { repeated APICap FrontendAPICaps = 1; repeated APICap LLBCaps = 2; }
message GatewaySolveRequest {
  Definition Definition = 1;
  string Frontend = 2;
  map<string, string> FrontendOpt = 3;
  repeated CacheEntry CacheImports = 12;
}
message Ref { string id = 1; }
message Result { Ref ref = 3; map<string, bytes> metadata = 10; }
message GatewaySolveResponse { Result result = 3; }
message RpcStatus { int32 code = 1; string message = 2; }
message ReturnRequest { Result result = 1; RpcStatus error = 2; }
message Empty {}
`;
