package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A small picture, a house below hills under an evening sky, that differs from seed to seed.
 * Written byte by byte: AWT is missing on a headless Java.
 */
final class PngPicture {

  private static final int[][] SKIES = {
    {0x2f6f9f, 0xf7d9a8}, {0x3b4f7a, 0xf2a97e}, {0x5aa2c8, 0xe9f3ee}, {0x6f7fb5, 0xf9e0d0}
  };
  private static final int[] WALLS = {0xf1e6d2, 0xd9c2a3, 0xe8ebea, 0xcf9f86};
  private static final int[] ROOFS = {0xa5523b, 0x5f6b73, 0x8a4b38, 0x40565c};

  private final int width;
  private final int height;
  private final int[] sky;
  private final int wall;
  private final int roof;
  private final double hills;
  private final int houseX;
  private final int houseWidth;

  private PngPicture(String seed, int width, int height) {
    SplittableRandom random = new SplittableRandom(seed.hashCode());
    this.width = width;
    this.height = height;
    sky = SKIES[random.nextInt(SKIES.length)];
    wall = WALLS[random.nextInt(WALLS.length)];
    roof = ROOFS[random.nextInt(ROOFS.length)];
    hills = random.nextDouble() * 6;
    houseWidth = width * (26 + random.nextInt(16)) / 100;
    houseX = width * (10 + random.nextInt(40)) / 100;
  }

  static byte[] of(String seed, int width, int height) {
    PngPicture picture = new PngPicture(seed, width, height);
    byte[] raw = new byte[(width * 3 + 1) * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raw[at++] = 0;
      for (int x = 0; x < width; x++) {
        int colour = picture.colour(x, y);
        raw[at++] = (byte) (colour >> 16);
        raw[at++] = (byte) (colour >> 8);
        raw[at++] = (byte) colour;
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put(new byte[] {8, 2, 0, 0, 0});
    chunk(out, "IHDR", header.array());
    chunk(out, "IDAT", deflated(raw));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private int colour(int x, int y) {
    double ground = height * (0.72 + 0.04 * Math.sin(x * 4.0 / width + hills));
    int top = height * 42 / 100;
    boolean insideHouse = x >= houseX && x < houseX + houseWidth;
    if (insideHouse && y >= top && y < ground + 6) {
      return window(x - houseX, y - top) ? (lit(x - houseX, y - top) ? 0xffe9a8 : 0x3c5563) : wall;
    }
    int eaves = houseWidth / 12;
    int rise = height * 16 / 100;
    int fromEdge = Math.min(x - houseX + eaves, houseX + houseWidth + eaves - x);
    if (y < top && y >= top - rise && fromEdge > (top - y) * houseWidth / (rise * 2)) {
      return roof;
    }
    if (y > ground) {
      return mixed(0x6f8f4e, 0x43602f, (y - ground) / (height - ground));
    }
    double ridge = height * (0.55 + 0.10 * Math.sin(x * 6.5 / width + hills * 2));
    return y > ridge ? mixed(sky[0], 0x4c6b58, 0.6) : mixed(sky[0], sky[1], y / ridge);
  }

  private boolean window(int x, int y) {
    int column = houseWidth / 4;
    int row = Math.max(1, height * 14 / 100);
    boolean across = x % column > column / 3 && x % column < column * 5 / 6;
    return across && y % row > row / 3 && y / row < 2;
  }

  /** Whether somebody is at home behind the window at this place. */
  private boolean lit(int x, int y) {
    int column = x / (houseWidth / 4);
    int row = y / Math.max(1, height * 14 / 100);
    return (column * 3 + row * 5 + houseX) % 4 < 2;
  }

  private static int mixed(int from, int to, double share) {
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = (from >> shift) & 0xff;
      int b = (to >> shift) & 0xff;
      colour = (colour << 8) | (int) Math.round(a + (b - a) * Math.clamp(share, 0.0, 1.0));
    }
    return colour;
  }

  private static byte[] deflated(byte[] raw) {
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
      deflater.setInput(raw);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
