package org.mailtimemachine.web.mirrored;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mirror.recall.CopyReader;
import org.mailtimemachine.mirror.recall.DamagedCopyException;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.mirror.recall.OpenCopy;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.restore.KeptCopies;
import org.mailtimemachine.restore.KeptCopy;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;

/**
 * What mirrors hold for one person, for a restore.
 *
 * @param all of his own, by the ledgers
 */
record MirroredCopies(MirrorRegister register, List<MirrorCopy> all) implements KeptCopies {

  private static final System.Logger LOG = System.getLogger(MirroredCopies.class.getName());

  MirroredCopies {
    all = List.copyOf(all);
  }

  @Override
  public List<KeptCopy> copies() {
    return all.stream()
        .map(copy -> new KeptCopy(copy.id().value(), copy.arrived(), copy.bytes(), copy.sha256()))
        .toList();
  }

  @Override
  public Reading open() {
    Map<UUID, MirrorCopy> byId =
        all.stream().collect(Collectors.toMap(copy -> copy.id().value(), Function.identity()));
    CopyReader reader = new CopyReader(register, all);
    return new Reading() {
      @Override
      public Optional<StoredMessage> open(KeptCopy copy) throws IOException {
        @Nullable MirrorCopy known = byId.get(copy.id());
        return known == null ? Optional.empty() : opened(known, reader);
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }

  private static Optional<StoredMessage> opened(MirrorCopy copy, CopyReader reader)
      throws IOException {
    try {
      Optional<OpenCopy> text = reader.open(copy);
      return text.isPresent() ? Optional.of(new MirroredBytes(text.get())) : Optional.empty();
    } catch (DamagedCopyException e) {
      LOG.log(System.Logger.Level.ERROR, e.getMessage());
      return Optional.empty();
    }
  }
}
