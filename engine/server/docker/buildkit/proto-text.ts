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
`;
