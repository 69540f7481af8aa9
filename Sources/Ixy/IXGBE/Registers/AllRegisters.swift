package import IxyHardware

extension IXGBERegisters {
    /// Every register that is declared, for the dump and the model.
    package static let all: [any Register.Type] = control + flowDirector + virtualization + statistics

    private static let control: [any Register.Type] = [
        CTRL.self, STATUS.self, CTRL_EXT.self, EEC.self, EERD.self, SWSM.self, FWSM.self, SW_FW_SYNC.self, EICR.self,
        EIMS.self, EIMC.self, GPIE.self, IVAR.self, EICS.self, EIAC.self, EIAM.self, EICS_EX.self, EIMS_EX.self, EIMC_EX.self,
        EIAM_EX.self, EITR.self, EITRSEL.self, IVAR_MISC.self, RXCTRL.self, RDBAL.self, RDBAH.self, RDLEN.self, RDH.self,
        RDT.self, RXDCTL.self, SRRCTL.self, RSCCTL.self, DCA_RXCTRL.self, RDRXCTL.self, RXPBSIZE.self,
        RXCSUM.self, MRQC.self, RETA.self, RSSRK.self, PSRTYPE.self, DMATXCTL.self, DTXTCPFLGL.self, DTXTCPFLGH.self,
        TDBAL.self, TDBAH.self, TDLEN.self, TDH.self, TDT.self, TXDCTL.self, TDWBAL.self, TDWBAH.self, DCA_TXCTRL.self, DTXMXSZRQ.self,
        TXPBSIZE.self, TXPBTHRESH.self, RTTDCS.self, MTQC.self, AUTOC.self, LINKS.self, HLREG0.self, MAXFRS.self,
        MFLCN.self, FCCFG.self, FCTRL.self, VLNCTRL.self, MCSTCTRL.self, MTA.self, RAL.self, RAH.self, MPSAR.self, VFTA.self,
        PFUTA.self, PFVLVF.self, PFVLVFB.self, SECRXCTRL.self, SECRXSTAT.self,
        FCTTV.self, FCRTL.self, FCRTH.self, FCRTV.self,
    ]

    private static let flowDirector: [any Register.Type] = [
        FDIRCTRL.self, FDIRHKEY.self, FDIRSKEY.self, FDIRDIP4M.self, FDIRSIP4M.self, FDIRTCPM.self, FDIRUDPM.self,
        FDIRIP6M.self, FDIRM.self, FDIRFREE.self, FDIRLEN.self, FDIRUSTAT.self, FDIRFSTAT.self, FDIRMATCH.self,
        FDIRMISS.self, FDIRSIPv6.self, FDIRIPSA.self, FDIRIPDA.self, FDIRPORT.self, FDIRVLAN.self, FDIRHASH.self,
        FDIRCMD.self,
    ]

    private static let virtualization: [any Register.Type] = [
        PFVTCTL.self, PFVFRE.self, PFVFTE.self, PFDTXGSWC.self, PFVML2FLT.self, PFMAILBOX.self, PFMBMEM.self,
        PFMBICR.self, PFMBIMR.self, PFVFLRE.self, PFVFLREC.self,
    ]

    private static let statistics: [any Register.Type] = [
        CRCERRS.self, ILLERRC.self, ERRBC.self, RLEC.self, RUC.self, RFC.self, ROC.self, RJC.self, GPRC.self,
        BPRC.self, MPRC.self, GPTC.self, GORCL.self, GORCH.self, GOTCL.self, GOTCH.self, TORL.self, TORH.self,
        TPR.self, TPT.self, MPTC.self, BPTC.self, RXDGPC.self, TXDGPC.self, PRC64.self, PRC127.self, PRC255.self,
        PRC511.self, PRC1023.self, PRC1522.self, PTC64.self, PTC127.self, PTC255.self, PTC511.self, PTC1023.self,
        PTC1522.self, MPC.self, QPRC.self, QPRDC.self, QBRCL.self, QBRCH.self, QPTC.self, QBTCL.self, QBTCH.self,
        RQSMR.self, TQSM.self,
    ]

    /// Registers that only other drivers use. A dump leaves them out; the model has them.
    package static let unused: [any Register.Type] = [
        ESDP.self, I2CCTL.self, LEDCTL.self, TCPTIMER.self, EEWR.self, FLA.self, FACTPS.self, GCR.self,
        GCR_EXT.self, RSCDBU.self, RDDCC.self, PFCTOP.self, RTRUP2TC.self, RTTUP2TC.self, RTRPCS.self,
        RTTPCS.self, RTRPT4C.self, RTTDT2C.self, RTTPT2C.self, RTTDQSEL.self, RTTDT1C.self, RTTBCNRC.self,
        RTTBCNRM.self, ETQF.self, ETQS.self, SECTXCTRL.self, SECTXSTAT.self, SECTXBUFFAF.self,
        SECTXMINIFG.self, LSECTXCAP.self, LSECTXCTRL.self, LSECRXCAP.self, LSECRXCTRL.self, IPSTXIDX.self,
        IPSTXSALT.self, IPSTXKEY.self, IPSRXIDX.self, IPSRXIPADDR.self, IPSRXSPI.self, IPSRXIPIDX.self,
        IPSRXKEY.self, IPSRXSALT.self, IPSRXMOD.self, TSYNCTXCTL.self, TXSTMPL.self, TXSTMPH.self,
        SYSTIML.self, SYSTIMH.self, TIMINCA.self, TSAUXC.self, TSYNCRXCTL.self, RXMTRL.self, RXSTMPL.self,
        RXSTMPH.self, AUTOC2.self, ANLP1.self, ANLP2.self, MMNGC.self, LINKS2.self, HLREG1.self, PAP.self,
        MSCA.self, MSRWD.self, MACC.self, CORECTL.self, HICR.self, FWSTS.self, WUC.self, WUFC.self, WUS.self,
        DCA_ID.self, DCA_CTRL.self, PFQDE.self, PFMRCTL.self,
        PFVFSPOOF.self, FCOEREDIR.self, FCRXCTRL.self, PCS1GLCTL.self, PCS1GANA.self, RFCTL.self, MSPDC.self, MLFC.self, MRFC.self, LXONTXC.self,
        LXOFFTXC.self, LXONRXCNT.self, LXOFFRXCNT.self, PXONTXC.self, PXOFFTXC.self, PXONRXCNT.self,
        PXOFFRXCNT.self, PXON2OFFCNT.self, MNGPRC.self, MNGPDC.self, MNGPTC.self, XEC.self, FCCRC.self,
        FCOERPDC.self, FCLAST.self, FCOEPRC.self, FCOEDWRC.self, FCOEPTC.self, FCOEDWTC.self, SSVPC.self,
    ]
}
