/** Name of the Helm release of ServiceX, with which the names and labels of the chart's objects begin. */
export const SERVICEX_RELEASE = "servicex";
