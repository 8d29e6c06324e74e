//! The files of tools that keep logins by themselves, as far as a finding may come of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::inventory::Inventory;
use crate::app::which;
use crate::resolve::snapshot::File;
use crate::resolve::survey::{Note, survey};
use crate::resolve::{Resolver, Snapshot};

/// A tool by its identifier, its file, and what one would not guess about it.
pub type Seen = (&'static str, String, BTreeSet<Note>);

/// The tools with files of their own: identifier, name, and how a login is changed there.
pub const TOOLS: &[(&str, &str, &str)] = &[
    ("helm", "Helm", "helm registry login"),
    ("apptainer", "Apptainer", "apptainer registry login"),
    ("singularity", "Singularity", "singularity registry login"),
    ("regctl", "regctl", "regctl registry login"),
    ("buildx", "buildx", "docker --config FOLDER login"),
    ("docker-snap", "docker from the Ubuntu snap", "snap run docker login"),
    ("finch", "Finch", "finch login"),
    ("k3s", "k3s", "correct the file and restart k3s"),
    ("rke2", "RKE2", "correct the file and restart RKE2"),
    ("containerd", "containerd", "correct the file and restart containerd"),
    ("cri-o", "CRI-O", "correct the file and restart CRI-O"),
    ("kubelet-files", "the kubelet", "correct the file and restart the kubelet"),
    ("nomad", "Nomad", "correct the file and restart Nomad"),
    ("enroot", "enroot", "correct the line in the file"),
    ("cdk-assets", "the CDK", "correct the entry in the file"),
    ("maven", "Maven", "mvn --encrypt-password, and its text in place of the password"),
    ("ecs-agent", "the ECS agent", "correct the line and restart the agent"),
];

/// Looks at the files of other tools. Those of docker and podman are left out: they are read already, however many logins
/// they have. A tool without a file costs a look for it.
pub fn look(snapshot: &Snapshot, inventory: &Inventory) -> Vec<Seen> {
    let mut snapshot = Snapshot { files: BTreeMap::new(), ..snapshot.clone() };
    let known = inventory.sources.iter().map(|source| (source.place.name.to_string(), File::Absent));
    snapshot.files.extend(known);
    let surveys = which::read_on(&mut snapshot, |snapshot| {
        let resolver = Resolver::new(snapshot);
        let looked = TOOLS.iter().map(|(id, ..)| (*id, survey(id, None, &resolver)));
        (looked.collect::<Vec<_>>(), resolver.unread())
    });
    let is_there = |place: &String| matches!(snapshot.files.get(place), Some(File::Text(_)));
    let with_file = surveys.into_iter().filter_map(|(id, survey)| {
        let survey = survey?;
        let place = survey.places.iter().find(|place| is_there(place))?.clone();
        Some((id, place, survey.notes))
    });
    with_file.collect()
}
