import { afterAll, expect, test } from "vitest";
import { catalogue } from "../../endpoint/catalogue/catalogue";
import { fitModel } from "../../endpoint/catalogue/fit";
import type { MachineMemory } from "../../endpoint/catalogue/memory";
import { ProcessRunner } from "../process/process-runner";
import { describeHardware, gibibyte, Hardware, mebibyte } from "./hardware";
import { HardwareReader, readHardware } from "./read-hardware";
import { type Recorded, RecordedSources } from "./testing/recorded-sources";

const runner = new ProcessRunner("/nowhere");
afterAll(() => runner.dispose());

const read = (recorded: Recorded, limitMs = 2_000) => readHardware(new RecordedSources(recorded), limitMs, 5);

const meminfo = `MemTotal:       65760824 kB
MemFree:         2011248 kB
MemAvailable:   48213604 kB
Buffers:          912340 kB
Cached:         45012344 kB
SwapTotal:       8388604 kB
`;
const cpuinfo = "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD Ryzen 9 7950X 16-Core Processor\n";
const linux = { "/proc/meminfo": meminfo, "/proc/cpuinfo": cpuinfo, "/proc/version": "Linux version 6.8.0-45-generic" };

test("Linux with a GeForce card: its memory and what is free of it, and the RAM that programs can have", async () => {
  const hardware = await read({
    files: linux,
    programs: { "nvidia-smi": "0, NVIDIA GeForce RTX 4090, 24564, 23123, 1021\n" },
  });

  expect(hardware).toEqual({
    at: 5,
    platform: "linux",
    place: "machine",
    processor: "AMD Ryzen 9 7950X 16-Core Processor",
    ram: { totalBytes: 65_760_824 * 1024, availableBytes: 48_213_604 * 1024 },
    graphics: [{ name: "NVIDIA GeForce RTX 4090", totalBytes: 24_564 * mebibyte, freeBytes: 23_123 * mebibyte }],
    isShared: false,
    notes: [],
  });
  expect(Hardware.parse(hardware)).toEqual(hardware);
  expect(describeHardware(hardware)).toEqual([
    "NVIDIA GeForce RTX 4090: 24.0 GiB, 22.6 GiB free",
    "RAM: 62.7 GiB, 46.0 GiB free",
  ]);
});

test("several cards, one with a comma in its name", async () => {
  const text =
    "0, NVIDIA RTX 6000, Ada Generation, 49140, 48000, 1140\n1, NVIDIA GeForce RTX 3060, 12288, 11900, 388\n";
  const { graphics } = await read({ files: linux, programs: { "nvidia-smi": text } });

  expect(graphics?.map(({ name, totalBytes }) => [name, totalBytes])).toEqual([
    ["NVIDIA RTX 6000, Ada Generation", 49_140 * mebibyte],
    ["NVIDIA GeForce RTX 3060", 12_288 * mebibyte],
  ]);
});

test.each([
  "0, NVIDIA GB10, [N/A], [N/A], [N/A]\n",
  "0, Orin (nvgpu), [Not Supported], [Not Supported], [Not Supported]\n",
])("an NVIDIA computer whose graphics use the RAM is told as that: %s", async (text) => {
  const hardware = await read({ files: linux, programs: { "nvidia-smi": text } });

  expect(hardware.isShared).toBe(true);
  expect(hardware.graphics).toEqual([{ name: expect.any(String), totalBytes: 65_760_824 * 1024 }]);
  expect(hardware.notes[0]).toMatch(/uses the RAM as its memory\.$/);
});

test("a driver that does not answer leaves the graphics unknown, not absent", async () => {
  const fails =
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest driver is installed.\n";
  const hardware = await read({ files: linux, programs: { "nvidia-smi": { fails } } });

  expect(hardware.graphics).toBeUndefined();
  expect(hardware.notes[0]).toContain("couldn't communicate with the NVIDIA driver");
  expect(describeHardware(hardware)[0]).toBe("Graphics memory: unknown");
});

test("no graphics card at all is known to be none", async () => {
  const hardware = await read({ files: linux });

  expect(hardware.graphics).toEqual([]);
  expect(hardware.notes).toEqual([]);
  expect(describeHardware(hardware)[0]).toBe("Graphics memory: none found");
});

const radeon = {
  "/sys/class/drm/card1/device/vendor": "0x1002\n",
  "/sys/class/drm/card1/device/mem_info_vram_total": "21458059264\n",
  "/sys/class/drm/card1/device/mem_info_vram_used": "1458059264\n",
  "/sys/class/drm/card1/device/mem_info_gtt_total": "33600000000\n",
  "/sys/class/drm/card1/device/product_name": "Radeon RX 7900 XT\n",
  "/sys/class/drm/card1-DP-1/status": "connected\n",
};

const integrated = {
  "/sys/class/drm/card0/device/vendor": "0x1002\n",
  "/sys/class/drm/card0/device/mem_info_vram_total": "536870912\n",
  "/sys/class/drm/card0/device/mem_info_vram_used": "200000000\n",
  "/sys/class/drm/card0/device/mem_info_gtt_total": "66571993088\n",
  "/sys/class/drm/card0/device/mem_info_gtt_used": "71993088\n",
};

test("a Radeon card is read from the kernel's files, without any tool", async () => {
  const sources = new RecordedSources({ files: { ...linux, ...radeon, ...integrated } });
  const hardware = await readHardware(sources, 2_000, 5);

  expect(hardware.graphics).toEqual([
    { name: "Radeon RX 7900 XT", totalBytes: 21_458_059_264, freeBytes: 20_000_000_000 },
  ]);
  expect(hardware.isShared).toBe(false);
  expect(sources.started.filter((line) => line.startsWith("rocm"))).toEqual([]);
});

test("graphics inside an AMD processor may use their own memory and what they may map of the RAM", async () => {
  const hardware = await read({ files: { ...linux, ...integrated } });

  expect(hardware.isShared).toBe(true);
  expect(hardware.graphics).toEqual([
    {
      name: "AMD graphics (card0)",
      totalBytes: 536_870_912 + 66_571_993_088,
      freeBytes: 536_870_912 + 66_571_993_088 - 271_993_088,
    },
  ]);
});

test("Radeon cards that only rocm-smi shows, in the words of two versions", async () => {
  const versions = [
    '{"card0": {"VRAM Total Memory (B)": "17163091968", "VRAM Total Used Memory (B)": "163091968"}, "system": {"Driver version": "6.8"}}',
    '{"card0": {"vram Total Memory (B)": 17163091968, "vram Used Memory (B)": 163091968}}',
  ];
  for (const text of versions) {
    const { graphics } = await read({ files: linux, programs: { "rocm-smi": text } });
    expect(graphics).toEqual([{ name: "AMD graphics (card0)", totalBytes: 17_163_091_968, freeBytes: 17_000_000_000 }]);
  }
  expect((await read({ files: linux, programs: { "rocm-smi": "WARNING: no GPU" } })).graphics).toEqual([]);
});

test("Intel graphics are said to be there, and their memory to be unknown", async () => {
  const hardware = await read({ files: { ...linux, "/sys/class/drm/card0/device/vendor": "0x8086\n" } });

  expect(hardware.graphics).toEqual([]);
  expect(hardware.notes).toEqual(["Intel graphics was found; how much memory it can use is not known."]);
});

test("an NVIDIA card without its driver's tool is unknown", async () => {
  const hardware = await read({ files: { ...linux, "/sys/class/drm/card0/device/vendor": "0x10de\n" } });

  expect(hardware.graphics).toBeUndefined();
  expect(hardware.notes[0]).toBe("NVIDIA graphics was found; how much memory it can use is not known.");
});

test("a container's limit counts in place of the machine's memory, less what is only cached", async () => {
  const hardware = await read({
    files: {
      ...linux,
      "/.dockerenv": "",
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": "8589934592\n",
      "/sys/fs/cgroup/memory.current": "3000000000\n",
      "/sys/fs/cgroup/memory.stat":
        "anon 1900000000\nfile 1100000000\ninactive_file 1000000000\nactive_file 100000000\n",
    },
  });

  expect(hardware.ram).toEqual({ totalBytes: 8_589_934_592, availableBytes: 6_589_934_592 });
  expect(hardware.place).toBe("container");
  expect(hardware.graphics).toBeUndefined();
  expect(hardware.notes).toEqual([
    "Graphics memory could not be read; you can set it by hand.",
    "The RAM is that which this container or service may use.",
    "This is a container: a model server outside of it may have other memory and graphics.",
  ]);
});

test("a limit on a group above this process counts too, and no limit is none", async () => {
  const limited = {
    ...linux,
    "/proc/self/cgroup": "0::/user.slice/user-1000.slice/app.scope\n",
    "/sys/fs/cgroup/user.slice/memory.max": "max\n",
    "/sys/fs/cgroup/user.slice/user-1000.slice/memory.max": "17179869184\n",
    "/sys/fs/cgroup/user.slice/user-1000.slice/app.scope/memory.max": "max\n",
  };

  expect((await read({ files: limited })).ram.totalBytes).toBe(17_179_869_184);
  const old = { ...linux, "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n" };
  expect((await read({ files: old })).ram.totalBytes).toBe(65_760_824 * 1024);
});

test("the Linux inside Windows finds the driver's tool in its own place and says where it is", async () => {
  const hardware = await read({
    files: { ...linux, "/proc/version": "Linux version 5.15.167.4-microsoft-standard-WSL2" },
    programs: { "/usr/lib/wsl/lib/nvidia-smi": "0, NVIDIA GeForce RTX 4070 Laptop GPU, 8188, 7500, 600\n" },
  });

  expect(hardware.place).toBe("wsl");
  expect(hardware.graphics?.[0]?.totalBytes).toBe(8_188 * mebibyte);
  expect(hardware.notes.join(" ")).toContain("Windows itself has other memory");
});

const vmStat = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                              120000.
Pages active:                            900000.
Pages inactive:                          800000.
Pages speculative:                        10000.
Pages throttled:                              0.
Pages wired down:                        200000.
`;

function mac(sysctl: string, more: Recorded["programs"] = {}): Recorded {
  return { platform: "darwin", programs: { "/usr/sbin/sysctl": sysctl, "/usr/bin/vm_stat": vmStat, ...more } };
}

test("a Mac of 36 GiB lets the graphics take about two thirds, and no more than is available", async () => {
  const hardware = await read(
    mac("hw.memsize: 38654705664\niogpu.wired_limit_mb: 0\nmachdep.cpu.brand_string: Apple M3 Pro\n"),
  );

  expect(hardware).toMatchObject({ platform: "macos", processor: "Apple M3 Pro", isShared: true });
  expect(hardware.ram).toEqual({ totalBytes: 36 * gibibyte, availableBytes: 930_000 * 16_384 });
  expect(hardware.graphics).toEqual([{ name: "Apple M3 Pro", totalBytes: 24 * gibibyte, freeBytes: 930_000 * 16_384 }]);
  expect(hardware.notes[0]).toContain("estimated");
});

test("a Mac of 64 GiB lets them take three quarters, or what its user has set", async () => {
  const usual = await read(mac("hw.memsize: 68719476736\nmachdep.cpu.brand_string: Apple M4 Max\n"));
  const set = await read(
    mac("hw.memsize: 68719476736\niogpu.wired_limit_mb: 57344\nmachdep.cpu.brand_string: Apple M4 Max\n"),
  );

  expect(usual.graphics?.[0]?.totalBytes).toBe(48 * gibibyte);
  expect(set.graphics?.[0]?.totalBytes).toBe(56 * gibibyte);
  expect(set.notes).toEqual([]);
});

test("a Mac with an Intel processor is read from its list of displays, in megabytes and gigabytes", async () => {
  const displays = JSON.stringify({
    SPDisplaysDataType: [
      {
        _name: "kHW_IntelUHDGraphics630Item",
        sppci_model: "Intel UHD Graphics 630",
        spdisplays_vram_shared: "1536 MB",
      },
      { _name: "kHW_AMDRadeonPro5500MItem", sppci_model: "AMD Radeon Pro 5500M", spdisplays_vram: "8 GB" },
    ],
  });
  const hardware = await read(
    mac("hw.memsize: 34359738368\nmachdep.cpu.brand_string: Intel(R) Core(TM) i9-9980HK CPU @ 2.40GHz\n", {
      "/usr/sbin/system_profiler": displays,
    }),
  );

  expect(hardware.graphics).toEqual([{ name: "AMD Radeon Pro 5500M", totalBytes: 8 * gibibyte }]);
  expect(hardware.isShared).toBe(false);
});

const registry =
  "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}";
const sizes = `\r
${registry}\\0000\r
    HardwareInformation.qwMemorySize    REG_QWORD    0x3ff800000\r
\r
${registry}\\0001\r
    HardwareInformation.qwMemorySize    REG_QWORD    0x20000000\r
\r
${registry}\\0002\r
    HardwareInformation.qwMemorySize    REG_QWORD    0x3ff800000\r
\r
End of search: 3 match(es) found.\r
`;
const titles = `\r
${registry}\\0000\r
    DriverDesc    REG_SZ    AMD Radeon RX 6900 XT\r
\r
${registry}\\0001\r
    DriverDesc    REG_SZ    AMD Radeon(TM) Graphics\r
\r
${registry}\\0002\r
    DriverDesc    REG_SZ    AMD Radeon RX 6900 XT\r
\r
Ende der Suche: 3 Übereinstimmungen gefunden.\r
`;
const reg = "C:\\Windows\\System32\\reg.exe";
const key = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}";

test("Windows tells a card's whole size in its registry; a card listed twice counts once", async () => {
  const hardware = await read({
    platform: "win32",
    programs: {
      [`${reg} query ${key} /s /v HardwareInformation.qwMemorySize`]: sizes,
      [`${reg} query ${key} /s /v DriverDesc`]: titles,
    },
  });

  expect(hardware).toMatchObject({ platform: "windows", isShared: false });
  expect(hardware.graphics).toEqual([{ name: "AMD Radeon RX 6900 XT", totalBytes: 0x3ff800000 }]);
  expect(hardware.notes).toEqual(["AMD Radeon(TM) Graphics was found; how much memory it can use is not known."]);
  expect(hardware.ram).toEqual({ totalBytes: 17_179_869_184, availableBytes: 8_589_934_592 });
});

test("Windows values that are no size are not believed", async () => {
  const text = `${registry}\\0000\r\n    HardwareInformation.qwMemorySize    REG_QWORD    0xfff00000\r\n`;
  const hardware = await read({
    platform: "win32",
    programs: {
      [`${reg} query ${key} /s /v HardwareInformation.qwMemorySize`]: text,
      [`${reg} query ${key} /s /v DriverDesc`]: titles,
    },
  });

  expect(hardware.graphics).toEqual([]);
  expect(hardware.notes[0]).toContain("not known");
});

test("Windows keeps the driver's tool where the PATH may not lead", async () => {
  const sources = new RecordedSources({
    platform: "win32",
    env: { SystemRoot: "D:\\Win", ProgramFiles: "D:\\Programs" },
    programs: {
      "D:\\Programs\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe": "0, NVIDIA GeForce GTX 1080, 8192, 7000, 1192\r\n",
    },
  });
  const hardware = await readHardware(sources, 2_000, 5);

  expect(hardware.graphics?.[0]).toEqual({
    name: "NVIDIA GeForce GTX 1080",
    totalBytes: 8 * gibibyte,
    freeBytes: 7_000 * mebibyte,
  });
  expect(sources.started.map((line) => line.split(" --")[0])).toEqual([
    "nvidia-smi",
    "D:\\Win\\System32\\nvidia-smi.exe",
    "D:\\Programs\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe",
  ]);
});

test("a Windows without a readable registry leaves the graphics unknown", async () => {
  const hardware = await read({ platform: "win32" });

  expect(hardware.graphics).toBeUndefined();
  expect(hardware.notes).toEqual(["Graphics memory could not be read; you can set it by hand."]);
});

test("a program that hangs costs its own answer only: the RAM is still told", async () => {
  const hardware = await read({ files: linux, hanging: ["nvidia-smi"] }, 50);

  expect(hardware.ram.totalBytes).toBe(65_760_824 * 1024);
  expect(hardware.graphics).toBeUndefined();
  expect(hardware.notes).toContain("Reading it took too long and was cut short.");
});

test("sources that throw make no error, only an unknown", async () => {
  const sources = new RecordedSources({ files: linux });
  sources.run = async () => {
    throw new Error("spawn EPERM");
  };
  const hardware = await readHardware(sources, 2_000, 5);

  expect(hardware.graphics).toBeUndefined();
  expect(hardware.notes).toContain("Reading it failed: spawn EPERM");
});

test("nothing at all is known of another kind of system but its RAM", async () => {
  const hardware = await read({ platform: "freebsd" });

  expect(hardware).toMatchObject({ platform: "other", ram: { totalBytes: 17_179_869_184 } });
  expect(hardware.graphics).toBeUndefined();
});

test("a reading is kept for a while, shared by all who ask, and fresh on demand", async () => {
  const sources = new RecordedSources({ files: linux });
  let now = 1_000;
  const reader = new HardwareReader(runner, sources, () => now);

  const [first, second] = await Promise.all([reader.read(), reader.read()]);
  expect(second).toBe(first);
  now += 5_000;
  expect(await reader.read()).toBe(first);
  expect((await reader.read({ fresh: true })).at).toBe(6_000);
  now += 30_000;
  expect((await reader.read()).at).toBe(36_000);
});

test("what was read is what the question whether a model fits is asked with", async () => {
  const hardware = await read({
    files: linux,
    programs: { "nvidia-smi": "0, NVIDIA GeForce RTX 4090, 24564, 23123, 1021\n" },
  });
  const memory: MachineMemory = hardware;
  const [model] = catalogue().models.filter(({ id }) => id === "qwen3-coder-30b");

  expect(model && fitModel(model, { quant: "4bit", kvType: "q8_0", contextTokens: 32_768 }, memory).verdict).toBe(
    "fully_on_gpu",
  );
});

test("this very machine is read, through real programs, within the time", async () => {
  const hardware = await new HardwareReader(runner).read();

  expect(Hardware.parse(hardware)).toEqual(hardware);
  expect(hardware.ram.totalBytes).toBeGreaterThan(gibibyte / 2);
  expect(hardware.ram.availableBytes ?? 1).toBeGreaterThan(0);
  expect(runner.running).toBe(0);
});
