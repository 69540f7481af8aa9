// Who reaches the hardware needs the base as well: memory, registers, rings and packets.
@_exported public import IxyTrusted
