use super::*;
use crate::refresh::environment::tests::environment;

/// Names and values.
type Variables<'a> = &'a [(&'a str, &'a str)];

/// Printed by botocore 1.44.8 for every variant of a region.
const HOSTS: &str = "
ecr us-east-1
    plain           api.ecr.us-east-1.amazonaws.com
    dual-stack      ecr.us-east-1.api.aws
    fips            api.ecr-fips.us-east-1.amazonaws.com
    fips,dual-stack ecr-fips.us-east-1.api.aws
ecr us-gov-west-1
    plain           api.ecr.us-gov-west-1.amazonaws.com
    dual-stack      ecr.us-gov-west-1.api.aws
    fips            api.ecr-fips.us-gov-west-1.amazonaws.com
    fips,dual-stack ecr-fips.us-gov-west-1.api.aws
ecr cn-north-1
    plain           api.ecr.cn-north-1.amazonaws.com.cn
    dual-stack      ecr.cn-north-1.api.amazonwebservices.com.cn
    fips            api.ecr-fips.cn-north-1.amazonaws.com.cn
    fips,dual-stack ecr-fips.cn-north-1.api.amazonwebservices.com.cn
ecr us-iso-east-1
    plain           api.ecr.us-iso-east-1.c2s.ic.gov
    dual-stack      ecr.us-iso-east-1.api.aws.ic.gov
    fips            api.ecr-fips.us-iso-east-1.c2s.ic.gov
    fips,dual-stack ecr-fips.us-iso-east-1.api.aws.ic.gov
ecr us-isob-east-1
    plain           api.ecr.us-isob-east-1.sc2s.sgov.gov
    dual-stack      ecr.us-isob-east-1.api.aws.scloud
    fips            api.ecr-fips.us-isob-east-1.sc2s.sgov.gov
    fips,dual-stack ecr-fips.us-isob-east-1.api.aws.scloud
ecr eu-isoe-west-1
    plain           api.ecr.eu-isoe-west-1.cloud.adc-e.uk
    dual-stack      -
    fips            api.ecr-fips.eu-isoe-west-1.cloud.adc-e.uk
    fips,dual-stack -
ecr us-isof-south-1
    plain           api.ecr.us-isof-south-1.csp.hci.ic.gov
    dual-stack      -
    fips            api.ecr-fips.us-isof-south-1.csp.hci.ic.gov
    fips,dual-stack -
ecr eusc-de-east-1
    plain           api.ecr.eusc-de-east-1.amazonaws.eu
    dual-stack      ecr.eusc-de-east-1.api.amazonwebservices.eu
    fips            api.ecr-fips.eusc-de-east-1.amazonaws.eu
    fips,dual-stack ecr-fips.eusc-de-east-1.api.amazonwebservices.eu
ecr xx-new-1
    plain           api.ecr.xx-new-1.amazonaws.com
    dual-stack      ecr.xx-new-1.api.aws
    fips            api.ecr-fips.xx-new-1.amazonaws.com
    fips,dual-stack ecr-fips.xx-new-1.api.aws
ecr-public us-east-1
    plain           api.ecr-public.us-east-1.amazonaws.com
    dual-stack      ecr-public.us-east-1.api.aws
    fips            api.ecr-public-fips.us-east-1.amazonaws.com
    fips,dual-stack api.ecr-public-fips.us-east-1.api.aws
ecr-public cn-north-1
    plain           api.ecr-public.cn-north-1.amazonaws.com.cn
    dual-stack      api.ecr-public.cn-north-1.api.amazonwebservices.com.cn
    fips            api.ecr-public-fips.cn-north-1.amazonaws.com.cn
    fips,dual-stack api.ecr-public-fips.cn-north-1.api.amazonwebservices.com.cn
sts eu-west-1
    plain           sts.eu-west-1.amazonaws.com
    dual-stack      sts.eu-west-1.api.aws
    fips            sts-fips.eu-west-1.amazonaws.com
    fips,dual-stack sts-fips.eu-west-1.api.aws
sts us-gov-west-1
    plain           sts.us-gov-west-1.amazonaws.com
    dual-stack      sts.us-gov-west-1.api.aws
    fips            sts.us-gov-west-1.amazonaws.com
    fips,dual-stack sts-fips.us-gov-west-1.api.aws
";

#[test]
fn each_region_has_the_hosts_that_botocore_knows() {
    let (mut api, mut region) = (Api::Ecr, "");
    for line in HOSTS.lines().filter(|line| !line.is_empty()) {
        let (left, right) = line.trim().split_once(' ').unwrap();
        let right = right.trim();
        if !line.starts_with(' ') {
            let apis = [Api::Ecr, Api::EcrPublic, Api::Sts];
            api = apis.into_iter().find(|api| api.signing_name() == left).unwrap();
            region = right;
            continue;
        }
        let variant = Variant { fips: left.contains("fips"), dual_stack: left.contains("dual-stack") };
        let host = api.host(region, variant);
        assert_eq!(host.as_deref().unwrap_or("-"), right, "{api:?} {region} {variant:?}");
    }
}

fn addresses(
    api: Api,
    wanted: Variant,
    variables: &[(&str, &str)],
    config: &str,
) -> Result<Vec<String>, Cause> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::write(&file, config).unwrap();
    let mut all = vec![("AWS_CONFIG_FILE", file.to_str().unwrap())];
    all.extend_from_slice(variables);
    let environment = environment(&all);
    let config = Config::load(None, &environment)?;
    let found = api.addresses("us-east-1", wanted, &config, &environment)?;
    Ok(found.iter().map(Url::to_string).collect())
}

#[test]
fn a_host_that_may_not_be_there_has_one_to_fall_back_to() {
    let wanted = |fips, dual_stack| addresses(Api::Ecr, Variant { fips, dual_stack }, &[], "").unwrap();
    assert_eq!(wanted(false, false), ["https://api.ecr.us-east-1.amazonaws.com/"]);
    assert_eq!(
        wanted(false, true),
        ["https://ecr.us-east-1.api.aws/", "https://api.ecr.us-east-1.amazonaws.com/"]
    );
    assert_eq!(
        wanted(true, false),
        ["https://api.ecr-fips.us-east-1.amazonaws.com/", "https://ecr-fips.us-east-1.amazonaws.com/"]
    );
    assert_eq!(
        wanted(true, true),
        [
            "https://ecr-fips.us-east-1.api.aws/",
            "https://api.ecr-fips.us-east-1.amazonaws.com/",
            "https://ecr-fips.us-east-1.amazonaws.com/"
        ]
    );
}

#[test]
fn variables_and_files_count_in_botocores_order() {
    let own = "https://api.ecr.us-east-1.amazonaws.com/";
    let services = "[default]\nservices = m\nendpoint_url = http://h:9\n[services m]\necr =\n  endpoint_url = http://h:3\n";
    let general = ("AWS_ENDPOINT_URL", "http://h:1");
    let table: [(Variables, &str, &str); 12] = [
        (&[], services, "http://h:3/"),
        (&[general], services, "http://h:1/"),
        (&[general, ("AWS_ENDPOINT_URL_ECR", "http://h:2/base/")], services, "http://h:2/base/"),
        (&[general, ("AWS_ENDPOINT_URL_ECR", "")], services, "http://h:1/"),
        (&[("AWS_ENDPOINT_URL_ECR_PUBLIC", "http://h:2")], "", own),
        (
            &[],
            "[default]\nservices = m\nendpoint_url = http://h:9\n[services m]\nsts =\n  x = y\n",
            "http://h:9/",
        ),
        (&[general], "[default]\nservices = absent\n", "http://h:1/"),
        (&[general, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")], services, own),
        (&[general, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "1")], services, "http://h:1/"),
        (&[general], "[default]\nignore_configured_endpoint_urls = true\n", own),
        (
            &[general, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "")],
            "[default]\nignore_configured_endpoint_urls = true\n",
            "http://h:1/",
        ),
        (&[], "[default]\necr =\n  endpoint_url = http://h:5\n", own),
    ];
    for (variables, config, address) in table {
        let found = addresses(Api::Ecr, Variant::default(), variables, config);
        assert_eq!(found, Ok(vec![address.to_owned()]), "{variables:?} {config}");
    }
}

#[test]
fn switches_choose_the_host_where_nothing_is_configured() {
    let dual = addresses(Api::EcrPublic, Variant::default(), &[("AWS_USE_DUALSTACK_ENDPOINT", "true")], "");
    assert_eq!(dual.unwrap()[0], "https://ecr-public.us-east-1.api.aws/");
    let fips = addresses(Api::Sts, Variant::default(), &[], "[default]\nuse_fips_endpoint = true\n");
    assert_eq!(fips.unwrap()[0], "https://sts-fips.us-east-1.amazonaws.com/");
    let both = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_ENDPOINT_URL", "http://h:1")];
    assert_eq!(addresses(Api::Ecr, Variant::default(), &both, ""), Ok(vec!["http://h:1/".to_owned()]));
}

#[test]
fn what_is_no_address_is_told_by_the_name_of_its_setting() {
    for text in ["127.0.0.1:1", "ftp://h", "https://", "nonsense"] {
        let found = addresses(Api::Ecr, Variant::default(), &[("AWS_ENDPOINT_URL", text)], "");
        assert!(matches!(found, Err(Cause::BadSetting { name: "AWS_ENDPOINT_URL", .. })), "{text}");
    }
    let absent = "[default]\nservices = absent\n";
    let missing = Cause::ServicesMissing { section: "absent".into() };
    assert_eq!(addresses(Api::Ecr, Variant::default(), &[], absent), Err(missing));
}
