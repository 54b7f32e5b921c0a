import { expect, test } from "vitest";
import { readHosts } from "./hosts";

test("addresses outside this machine are found, loopback and the name server are not", () => {
  const log = [
    '12 connect(20, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = -1 ENETUNREACH',
    '12 connect(20, {sa_family=AF_INET, sin_port=htons(11434), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    '12 connect(20, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16) = 0',
    '12 connect(20, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2606:4700::1", &sin6_addr), sin6_scope_id=0}, 28) = -1',
    '12 connect(20, {sa_family=AF_UNIX, sun_path="/run/x"}, 16) = 0',
  ].join("\n");

  expect([...readHosts(log)]).toEqual(["93.184.216.34", "2606:4700::1"]);
});

test("names in questions to a name server are found, however they are sent", () => {
  const question = String.raw`\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01`;
  const log = `9 sendto(20, "${question}", 29, 0, NULL, 0) = 29\n9 sendmmsg(21, [{msg_hdr={msg_iov=[{iov_base="${question.replace("example", "another")}", iov_len=29}]}}], 1, 0) = 1`;

  expect([...readHosts(log)]).toEqual(["example.com", "another.com"]);
});
